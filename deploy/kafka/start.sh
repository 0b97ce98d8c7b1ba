#!/bin/bash
# Starts a broker in its container. apache/kafka's own start-up has no variable for SCRAM users, so the data folder is
# formatted here, once, with the super user in it. Passwords stay in files: an argument would show them in ps.
#
# ADVERTISED_INSIDE, ADVERTISED_OUTSIDE   where clients find this broker: among containers, by the published port
# NODE, VOTERS, CONTROLLER_HOST           in a cluster: its number, all brokers as number@host:9093, and an empty host
# BROKERS                                 how many there are: copies of each partition, one of which may be away
# CERTIFICATES                            a folder with tls.pem (the chain) and tls.key: OUTSIDE is over TLS then
set -euo pipefail
umask 077

here=$(dirname "$0")
home=/tmp/kafka          # a tmpfs
data=/var/lib/kafka/data
password=$(< /run/secrets/kafka-admin)
brokers=${BROKERS:-1}
outside=SASL_PLAINTEXT

mkdir -p "$home"
if [ -n "${CERTIFICATES:-}" ]; then
  outside=SASL_SSL
  cat "$CERTIFICATES/tls.key" "$CERTIFICATES/tls.pem" > "$home/tls.pem"
fi
{
  cat "$here/broker.properties"    # of a setting that stands twice the later one counts
  echo "node.id=${NODE:-1}"
  echo "controller.quorum.voters=${VOTERS:-1@127.0.0.1:9093}"
  # CLIENT is for containers, OUTSIDE for whoever comes in by the published port, CONTROLLER for the brokers themselves.
  echo "listeners=CLIENT://:9092,OUTSIDE://:9094,CONTROLLER://${CONTROLLER_HOST-127.0.0.1}:9093"
  echo "advertised.listeners=CLIENT://$ADVERTISED_INSIDE,OUTSIDE://$ADVERTISED_OUTSIDE"
  echo "listener.security.protocol.map=CLIENT:SASL_PLAINTEXT,OUTSIDE:$outside,CONTROLLER:SASL_PLAINTEXT"
  # Controllers can't log in to each other by SCRAM: its users are in the log that they have yet to agree on.
  echo "sasl.mechanism.controller.protocol=PLAIN"
  echo "listener.name.controller.sasl.enabled.mechanisms=PLAIN"
  echo "log.dirs=$data"
  if [ "$outside" = SASL_SSL ]; then
    echo "listener.name.outside.ssl.keystore.type=PEM"
    echo "listener.name.outside.ssl.keystore.location=$home/tls.pem"
  fi
  if [ "$brokers" -gt 1 ]; then
    for copies in default offsets.topic transaction.state.log share.coordinator.state.topic; do
      echo "$copies.replication.factor=$brokers"
    done
    for least in min.insync.replicas transaction.state.log.min.isr share.coordinator.state.topic.min.isr; do
      echo "$least=$((brokers - 1))"
    done
  fi
} > "$home/server.properties"

login="username=\"admin\" password=\"$password\""
{
  echo "KafkaServer { org.apache.kafka.common.security.scram.ScramLoginModule required $login; };"
  echo "controller.KafkaServer {"
  echo "  org.apache.kafka.common.security.plain.PlainLoginModule required $login user_admin=\"$password\";"
  echo "};"
} > "$home/jaas.conf"

if [ ! -e "$data/meta.properties" ]; then
  printf -- '--add-scram\nSCRAM-SHA-512=[name=admin,password=%s]\n' "$password" > "$home/scram"
  # Brokers of a cluster have to agree on its id. One alone draws it: made anew it is another, by which services know that
  # their offsets don't count there.
  cluster=$(if [ "$brokers" -gt 1 ]; then cat /run/secrets/kafka-cluster; else head -c 15 /dev/urandom | base64 | tr +/ -_; fi)
  # 16 bytes as 22 letters, of which the last stands for two bits only
  /opt/kafka/bin/kafka-storage.sh format --cluster-id="C${cluster:0:20}A" --config "$home/server.properties" "@$home/scram"
  rm "$home/scram"
fi

export KAFKA_OPTS="-Djava.security.auth.login.config=$home/jaas.conf"
export KAFKA_LOG4J_OPTS="-Dlog4j2.configurationFile=$here/log4j2.properties"
export KAFKA_JVM_PERFORMANCE_OPTS="-XX:+UseSerialGC -XX:TieredStopAtLevel=4 -Djava.awt.headless=true"
export LOG_DIR=$home EXTRA_ARGS="-name kafkaServer"    # no log of the garbage collector
exec /opt/kafka/bin/kafka-server-start.sh "$home/server.properties"
