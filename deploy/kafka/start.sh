#!/bin/bash
# Starts the broker in its container. apache/kafka's own start-up has no variable for SCRAM users, so the data folder is
# formatted here, once, with the super user in it. Passwords stay in files: an argument would show them in ps.
set -euo pipefail
umask 077

here=$(dirname "$0")
home=/tmp/kafka          # a tmpfs
data=/var/lib/kafka/data
password=$(< /run/secrets/kafka-admin)

mkdir -p "$home"
{
  cat "$here/broker.properties"
  echo "controller.quorum.voters=1@127.0.0.1:9093"
  # CLIENT is for containers, OUTSIDE for whoever comes in by the published port, CONTROLLER for the broker itself.
  echo "listeners=CLIENT://:9092,OUTSIDE://:9094,CONTROLLER://127.0.0.1:9093"
  echo "advertised.listeners=CLIENT://$ADVERTISED_INSIDE,OUTSIDE://$ADVERTISED_OUTSIDE"
  echo "listener.security.protocol.map=CLIENT:SASL_PLAINTEXT,OUTSIDE:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT"
  echo "log.dirs=$data"
} > "$home/server.properties"

login="org.apache.kafka.common.security.scram.ScramLoginModule required username=\"admin\" password=\"$password\";"
printf 'KafkaServer {\n  %s\n};\ncontroller.KafkaServer {\n  %s\n};\n' "$login" "$login" > "$home/jaas.conf"

if [ ! -e "$data/meta.properties" ]; then
  printf -- '--add-scram\nSCRAM-SHA-512=[name=admin,password=%s]\n' "$password" > "$home/scram"
  cluster=$(head -c 16 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=')
  /opt/kafka/bin/kafka-storage.sh format --cluster-id="$cluster" --config "$home/server.properties" "@$home/scram"
  rm "$home/scram"
fi

export KAFKA_OPTS="-Djava.security.auth.login.config=$home/jaas.conf"
export KAFKA_LOG4J_OPTS="-Dlog4j2.configurationFile=$here/log4j2.properties"
export KAFKA_JVM_PERFORMANCE_OPTS="-XX:+UseSerialGC -XX:TieredStopAtLevel=4 -Djava.awt.headless=true"
export LOG_DIR=$home EXTRA_ARGS="-name kafkaServer"    # no log of the garbage collector
exec /opt/kafka/bin/kafka-server-start.sh "$home/server.properties"
