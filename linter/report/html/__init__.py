"""The page that all HTML reports share: frame, style, script, findings and bars."""
