"""The sandbox: a local Telegram, a local Twilio, a clock and a page, for the demo and for tests.

It imports nothing of the service and knows it only as Telegram and Twilio would: over HTTP.
The credentials below open nothing but this sandbox; they are not secrets.
"""

from typing import Final

TELEGRAM_TOKEN: Final = "4242424242:SANDBOX-sandbox-SANDBOX-sandbox-00"
TWILIO_ACCOUNT_SID: Final = "ACsandbox0000000000000000000000000"
TWILIO_AUTH_TOKEN: Final = "sandbox-token"
TWILIO_NUMBER: Final = "+77000000033"
CENTRES_TOKEN: Final = "sandbox-centres"
MONITORING_TOKEN: Final = "sandbox-monitoring"
DOCUMENTS_TOKEN: Final = "sandbox-documents"
BOT_USERNAME: Final = "dariger_sandbox_bot"
