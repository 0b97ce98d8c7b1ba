"""Health check of a service's container: exit code 0 when /readyz says 200. `python ready.py PORT`."""

import http.client
import sys

TIMEOUT_SECONDS = 4.0

connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=TIMEOUT_SECONDS)
try:
    connection.request("GET", "/readyz")
    answer = connection.getresponse()
    sys.stdout.write(answer.read().decode(errors="replace"))
    sys.exit(answer.status != http.client.OK)
except OSError as error:
    sys.exit(str(error))
