"""Twilio's errors by code, in Twilio's own words (its error dictionary)."""

from typing import Final

from sandbox.wire import Json

# code: (HTTP status, message); {to}, {from_} are filled in.
_ERRORS: Final[dict[int, tuple[int, str]]] = {
    20003: (401, "Authenticate"),
    20404: (404, "The requested resource {to} was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "An internal server error has occurred"),
    21211: (400, "Invalid 'To' Phone Number: {to}"),
    21408: (
        400,
        "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {to}",
    ),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (
        400,
        (
            "The 'From' phone number {from_} is not a valid, SMS-capable inbound phone number "
            "or short code for your account."
        ),
    ),
    21609: (400, "The 'StatusCallback' URL {to} is not a valid URL."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21612: (
        400,
        "The message cannot be sent with the current combination of 'To' ({to}) and 'From' parameters",
    ),
    21614: (400, "'To' number is not a valid mobile number: {to}"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
    35100: (400, "ValidityPeriod must be between 1 and 36000 seconds"),
}


class SmsRefusal(Exception):
    """An error answer of Twilio's API."""

    def __init__(self, code: int, to: str = "", from_: str = "") -> None:
        status, text = _ERRORS.get(code, (400, "The message could not be sent"))
        super().__init__(text)
        self.status = status
        self.code = code
        self.message = text.format(to=to, from_=from_)

    def body(self) -> Json:
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
