#compdef interlock-lint
# Completion of interlock-lint in zsh.

_interlock_lint() {
    local -a answer open closed
    # The program on the PATH, not the one on the line: pressing Tab runs nothing of a repository.
    answer=("${(@f)$(command interlock-lint __complete zsh "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" \
        2>/dev/null </dev/null)}")
    if [[ $answer[1] == files* ]]; then
        compset -p ${answer[1]#files } && _files
        return
    fi
    shift answer
    # What ends in `=` is not complete: no space follows.
    open=(${(M)answer:#[^:]#=(|:*)})
    closed=(${answer:#[^:]#=(|:*)})
    _describe -t open interlock-lint open -S '' -- closed
}

if [[ $funcstack[1] == _interlock_lint || $funcstack[1] == _interlock-lint ]]; then
    _interlock_lint "$@"
else
    compdef _interlock_lint interlock-lint
fi
