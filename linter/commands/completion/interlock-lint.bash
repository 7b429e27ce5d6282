# Completion of interlock-lint in bash.

_interlock_lint() {
    local line kind=
    COMPREPLY=()
    # The program on the PATH, not the one on the line: pressing Tab runs nothing of a repository.
    while IFS= read -r line; do
        if [[ -z $kind ]]; then
            kind=${line%% *}
        else
            COMPREPLY+=("$line")
        fi
    done < <(command interlock-lint __complete bash "$2" "${COMP_LINE:0:COMP_POINT}" \
        2>/dev/null </dev/null)
    # bash 3 has no compopt; there, file names also follow where nothing else does.
    if [[ $kind != files ]]; then
        compopt +o default 2>/dev/null
    fi
    if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]]; then
        compopt -o nospace 2>/dev/null
    fi
}

complete -o default -F _interlock_lint interlock-lint
