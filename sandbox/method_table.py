"""The table of Bot API methods that the sandbox knows; Telegram ignores the case of their names."""

from collections.abc import Mapping
from typing import Final

from sandbox import account_methods as account
from sandbox import methods as chat
from sandbox import topic_methods as topic
from sandbox.methods import Method

_TABLE: Final[Mapping[str, Method]] = {
    "getMe": account.get_me,
    "logOut": account.accept,
    "close": account.accept,
    "sendMessage": chat.send_message,
    "sendDocument": chat.send_document,
    "sendPhoto": chat.send_photo,
    "sendLocation": chat.send_location,
    "sendContact": chat.send_contact,
    "forwardMessage": chat.forward_message,
    "copyMessage": chat.copy_message,
    "editMessageText": chat.edit_message_text,
    "editMessageCaption": chat.edit_message_caption,
    "editMessageReplyMarkup": chat.edit_message_reply_markup,
    "deleteMessage": chat.delete_message,
    "deleteMessages": chat.delete_messages,
    "answerCallbackQuery": chat.answer_callback_query,
    "sendChatAction": chat.send_chat_action,
    "setMyCommands": account.set_my_commands,
    "getMyCommands": account.get_my_commands,
    "deleteMyCommands": account.delete_my_commands,
    "setMyName": account.setter("name"),
    "getMyName": account.getter("name"),
    "setMyDescription": account.setter("description"),
    "getMyDescription": account.getter("description"),
    "setMyShortDescription": account.setter("short_description"),
    "getMyShortDescription": account.getter("short_description"),
    "setChatMenuButton": account.accept,
    "setMessageReaction": account.accept_in_chat,
    "pinChatMessage": account.accept_in_chat,
    "unpinChatMessage": account.accept_in_chat,
    "createForumTopic": topic.create_forum_topic,
    "editForumTopic": topic.edit_forum_topic,
    "closeForumTopic": topic.close_forum_topic,
    "reopenForumTopic": topic.reopen_forum_topic,
    "deleteForumTopic": topic.delete_forum_topic,
    "getChat": account.get_chat,
    "getChatMember": account.get_chat_member,
    "getChatMemberCount": account.get_chat_member_count,
    "getChatAdministrators": account.get_chat_administrators,
    "leaveChat": account.leave_chat,
    "getFile": account.get_file,
    "setWebhook": account.set_webhook,
    "deleteWebhook": account.delete_webhook,
    "getWebhookInfo": account.get_webhook_info,
}
METHODS: Final[Mapping[str, Method]] = {name.lower(): method for name, method in _TABLE.items()}
