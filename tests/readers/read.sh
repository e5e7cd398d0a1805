# Reads dotenv files named on standard input, one a line, the way people do it in a shell, and writes
# client secret and connection name of each to standard output, each followed by a null character.
#
# With READ=private_key it writes the private key in the place of the client secret.
#
# usage: sh read.sh
while IFS= read -r path; do
    (
        set -a
        . "$path"
        case ${READ-} in
            private_key) secret=$PROOFKEY_PRIVATE_KEY ;;
            *) secret=$PROOFKEY_CLIENT_SECRET ;;
        esac
        printf '%s\000%s\000' "$secret" "$PROOFKEY_CONNECTION_NAME"
    ) || exit 1
done
