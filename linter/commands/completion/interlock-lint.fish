# Completion of interlock-lint in fish.

function __interlock_lint_complete
    set -l before (commandline -opc)
    set -l word (string trim --left --chars='\'"' -- (commandline -ct))
    # The program on the PATH, not the one on the line: pressing Tab runs nothing of a repository.
    set -l answer (command interlock-lint __complete fish $before[2..-1] "$word" 2>/dev/null </dev/null)
    if string match -q 'files*' -- $answer[1]
        set -l start (string replace 'files ' '' -- $answer[1])
        set -l prefix (string sub -l $start -- "$word")
        for path in (__fish_complete_path (string sub -s (math $start + 1) -- "$word"))
            echo "$prefix$path"
        end
        return
    end
    for candidate in $answer[2..-1]
        echo $candidate
    end
end

complete -c interlock-lint -f -a '(__interlock_lint_complete)'
