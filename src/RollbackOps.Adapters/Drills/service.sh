#!/bin/sh
# Asks the service of a drill to do something, and waits until it is done: restart, stop, start, smoke, or
# serve RELEASE PORT, which goes on until it is ended.
set -u
control=$(dirname "$0")/control
ask=$control/$$
printf '%s\n' "$$" "$@" > "$ask.new" && mv "$ask.new" "$ask.ask" || exit 1
tries=0
while [ ! -e "$ask.answer" ]; do
  tries=$((tries + 1))
  if [ "$tries" -gt 1200 ]; then
    echo 'the service does not answer' >&2
    exit 1
  fi
  sleep 0.05
done
{ read -r code; read -r said; } < "$ask.answer"
rm -f "$ask.answer"
echo "$said"
if [ "$1" = serve ] && [ "$code" = 0 ]; then
  while sleep 1; do :; done
fi
exit "$code"
