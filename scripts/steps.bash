# shellcheck shell=bash
# Runs steps one after the other, each with a heading and its time, and counts what passed and failed.
# Sourced by the verbs; bash only.

set -o pipefail

passed=0
failed=0
summary=()
logs=target/test-logs
started=$SECONDS

# step NAME COMMAND [ARGUMENT]... runs the command, shows and keeps its output, and counts its tests.
step() {
    local name=$1 status=0 began=$SECONDS log
    shift
    log=$logs/$(tr -cs '[:alnum:]\n' '-' <<<"${name,,}").log
    mkdir -p "$logs"
    heading "$name"
    "$@" 2>&1 | tee "$log" || status=$?
    local counts ok bad took=$((SECONDS - began))
    read -r ok bad < <(count "$status" "$log")
    passed=$((passed + ok))
    failed=$((failed + bad))
    local verdict=passed
    [ "$bad" = 0 ] || verdict=FAILED
    printf -v counts '%-7s %-46s %5d passed %3d failed %5s' "$verdict" "$name" "$ok" "$bad" "$(clock "$took")"
    summary+=("$counts")
    printf '%s: %s in %s\n' "$name" "$verdict" "$(clock "$took")"
}

# must NAME COMMAND [ARGUMENT]... is a step without which nothing after it makes sense.
must() {
    local before=$failed
    step "$@"
    [ "$failed" = "$before" ] || finish "The rest needs this, and was not started."
}

# Ends here when anything has failed: what follows builds on it.
checkpoint() {
    [ "$failed" = 0 ] || finish "The longer tests were not started."
}

# Prints the table and the last line, and exits.
finish() {
    heading "Summary"
    [ ${#summary[@]} = 0 ] || printf '%s\n' "${summary[@]}"
    [ -z "${1:-}" ] || echo "$1"
    echo "Time: $(clock $((SECONDS - started)))"
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
    exit
}

heading() {
    printf '\n== %s\n' "$1"
}

clock() {
    printf '%d:%02d' $(($1 / 60)) $(($1 % 60))
}

# Adds up what the test runners in a log say: cargo, vitest and node. A step with no runner is one
# test; a step that failed has at least one failure.
count() {
    sed 's/\x1b\[[0-9;]*m//g' "$2" | awk -v status="$1" '
        function number_before(word,   i) {
            for (i = 2; i <= NF; i++) if (index($i, word) == 1) return $(i - 1) + 0
            return 0
        }
        /^test result: / || /^ *Tests  .*\([0-9]+\)$/ { seen = 1; ok += number_before("passed"); bad += number_before("failed") }
        /^(#|ℹ) pass [0-9]+$/ { seen = 1; ok += $3 }
        /^(#|ℹ) fail [0-9]+$/ { seen = 1; bad += $3 }
        END {
            if (!seen && status == 0) ok = 1
            if (status != 0 && bad == 0) bad = 1
            print ok + 0, bad + 0
        }'
}
