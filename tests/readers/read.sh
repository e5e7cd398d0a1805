# Reads dotenv files named on standard input, one a line, the way people do it in a shell, and writes
# client secret and connection name of each to standard output, each followed by a null character.
#
# usage: sh read.sh
while IFS= read -r path; do
    (
        set -a
        . "$path"
        printf '%s\000%s\000' "$PROOFKEY_CLIENT_SECRET" "$PROOFKEY_CONNECTION_NAME"
    ) || exit 1
done
