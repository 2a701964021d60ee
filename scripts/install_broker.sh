#!/bin/sh
# RabbitMQ for the tests: no wheel ships it, Debian does. Does nothing where it is already there, and
# where it cannot be installed: the tests that need it then say what to do.
set -eu
[ -z "${AIGUILLEUR_TEST_RABBITMQ_URL:-}" ] || exit 0
[ ! -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || exit 0
if command -v rabbitmq-server >/dev/null; then exit 0; fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "install-test: RabbitMQ is missing and not installed here; on Debian: apt-get install rabbitmq-server" >&2
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends rabbitmq-server >/dev/null
# The tests start brokers of their own: the system's need not listen.
if [ -d /run/systemd/system ]; then systemctl disable --quiet --now rabbitmq-server; fi
