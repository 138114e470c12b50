#!/bin/sh
# Recovery of the database to a moment: docs/operations.md, "To a moment".
#
#   recovery.sh receive           stores the write-ahead log as it is written, until it is stopped
#   recovery.sh check             fails unless the log is being received
#   recovery.sh base              makes a base backup; deletes old ones and the log before them
#   recovery.sh restore TIME DIR  makes a data folder; a server started in it recovers to TIME, or
#                                 to the end of the log if TIME is "latest"
#
# RECOVERY_DIR holds the base backups and the log; PGHOST, PGUSER and PGPASSWORD name the server.
# The programs must be of the server's major version.
set -eu

# In a container of the postgres image everything belongs to its user.
if [ "$(id -u)" = 0 ] && command -v gosu > /dev/null; then
  install -d -o postgres -g postgres "$RECOVERY_DIR"
  exec gosu postgres sh "$0" "$@"
fi

wal=$RECOVERY_DIR/wal
bases=$RECOVERY_DIR/bases
slot=otklik_recovery
moment=+%Y%m%dT%H%M%S.%6NZ # sorts by time

fail() {
  echo "$*" >&2
  exit 1
}

receive() {
  mkdir -p "$wal"
  # The server keeps what the slot has not received.
  pg_receivewal --no-password --directory "$wal" --slot "$slot" --create-slot --if-not-exists
  exec pg_receivewal --no-password --directory "$wal" --slot "$slot" --synchronous
}

check() {
  streaming=$(psql --no-password --no-align --tuples-only --dbname postgres --command \
    "SELECT count(*) FROM pg_replication_slots AS slot
       JOIN pg_stat_replication ON pid = slot.active_pid AND state = 'streaming'
      WHERE slot_name = '$slot'")
  [ "$streaming" = 1 ] || fail "The write-ahead log is not being received."
}

base() {
  check
  mkdir -p "$bases"
  draft=$bases/.draft
  rm -rf "$draft"
  pg_basebackup --no-password --pgdata "$draft" --checkpoint=fast --wal-method=stream \
    --manifest-checksums=SHA256
  pg_verifybackup --quiet "$draft"
  # It can be recovered to any moment after its end.
  mv "$draft" "$bases/$(date -u "$moment")"
  prune
}

prune() {
  ls "$bases" | sort -r | tail -n "+$((${KEEP_BASES:-2} + 1))" | while read -r old; do
    rm -rf "${bases:?}/$old"
  done
  oldest=$bases/$(ls "$bases" | sort | head -n 1)
  first=$(sed -n 's/^START WAL LOCATION: .*(file \([0-9A-F]*\))$/\1/p' "$oldest/backup_label")
  pg_archivecleanup "$wal" "$first"
}

restore() {
  [ $# = 2 ] || fail "Usage: recovery.sh restore TIME DIR"
  data=$2
  [ -z "$(ls -A "$data" 2> /dev/null)" ] || fail "$data is not empty."
  if [ "$1" = latest ]; then
    until=
    chosen=$(ls "$bases" | sort | tail -n 1)
  else
    until=$(date -u -d "$1" "$moment") || fail "$1 is no time that date(1) reads."
    chosen=$(ls "$bases" | awk -v until="$until" '$0 <= until' | sort | tail -n 1)
  fi
  [ -n "$chosen" ] || fail "There is no base backup from before $1."
  mkdir -p "$data"
  chmod 700 "$data"
  cp -a "$bases/$chosen/." "$data"
  rm -f "$data"/.s.PGSQL.* # of a server whose socket is in its data folder
  {
    # The segment that was being received last ends in .partial.
    echo "restore_command = 'cp \"$wal/%f\" \"%p\" || cp \"$wal/%f.partial\" \"%p\"'"
    if [ -n "$until" ]; then
      echo "recovery_target_time = '$(date -u -d "$1" '+%F %T.%6N+00')'"
      echo "recovery_target_action = promote"
    fi
  } >> "$data/postgresql.auto.conf"
  touch "$data/recovery.signal"
  echo "$data recovers from the base backup $chosen when the server starts in it."
}

case ${1:-} in
  receive | check | base | restore) "$@" ;;
  *) fail "Usage: recovery.sh receive | check | base | restore TIME DIR" ;;
esac
