"""Twilio's request signature.

Source: Twilio documentation, "Validating requests": HMAC-SHA1 under the account's auth token over the full
URL followed by the POST parameters, sorted by name, each name joined with its value; then Base64.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping


def twilio_signature(auth_token: str, url: str, parameters: Mapping[str, str]) -> str:
    """The value of X-Twilio-Signature for a POST of `parameters` to `url`."""
    signed = url + "".join(name + parameters[name] for name in sorted(parameters))
    digest = hmac.new(auth_token.encode(), signed.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
