"""Whether the library `standardwebhooks` takes each message of a list: a line of true or false each."""

import json
import sys

from standardwebhooks import Webhook, WebhookVerificationError

for line in sys.stdin:
    message = json.loads(line)
    try:
        Webhook(message["secret"]).verify(message["body"], message["headers"])
        print("true")
    except WebhookVerificationError:
        print("false")
