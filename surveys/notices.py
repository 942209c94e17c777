"""What a respondent is told where something did not go as they meant: what happened, what is safe, what to do."""

from surveys.pages import NoticePage

UNKNOWN = NoticePage(
    title="We do not know this code",
    happened="It may have lost a letter on the way, or its wave may be long over.",
    safe="Nothing was opened and nothing was lost. What you sent with a working link is kept.",
    todo="Compare it with your invitation, or ask whoever sent it to you for your link again.",
)
TOO_LONG = NoticePage(
    title="That is more than this form can hold",
    happened="What arrived is larger than any answer to these questions.",
    safe="Nothing was kept of it, and what you sent before still counts.",
    todo="Open your link again and send the form as it is.",
)
UNREADABLE = NoticePage(
    title="This cannot be read",
    happened="What arrived is not a form of ours.",
    safe="Nothing was kept of it, and what you sent before still counts.",
    todo="Open your link again and send the form as it is.",
)
TOO_SLOW = NoticePage(
    title="The form did not arrive in full",
    happened="The connection was too slow, or broke off.",
    safe="Nothing was kept of it, and what you sent before still counts.",
    todo="Go back, and send it again where the connection is better.",
)
TOO_MANY_CODES = NoticePage(
    title="Too many codes that do not exist",
    happened="More than thirty codes from your network were not known within a minute.",
    safe="Links that work go on working all the same.",
    todo="Wait a minute, compare the code with your invitation, and try again.",
    form="p",
)
TOO_MANY_POSTS = NoticePage(
    title="That was often",
    happened="This link sent answers more than twenty times within a minute.",
    safe="The last answers that were taken are kept and count.",
    todo="Wait a minute before you send others.",
)
NOT_NOW = NoticePage(
    title="Please try again in a moment",
    happened="The form could not be opened just now.",
    safe="Nothing is lost: what you sent before still counts.",
    todo="Open your link again in a minute.",
)
