// Every word of the page itself, in Kazakh and in Russian. What the bot says comes from the bot.

export const WORDS = {
  kk: {
    sandbox: "Сынақ алаңы",
    invented: "Адамдар мен олардың деректері ойдан шығарылған.",
    almatyTime: "Алматы уақыты",
    clock: "Жылжыту",
    plus10: "+10 мин",
    plus30: "+30 мин",
    friday: "Жұма 17:59",
    saturday: "Сенбі 12:00",
    holiday: "Мереке 10:00",
    workingDay: "Жұмыс күні 08:00",
    clockInput: "Күні мен уақыты",
    clockSet: "Орнату",
    clockRefused: "Сағат тек алға жүреді.",
    faults: "Ақаулар",
    faultDown: "Telegram жұмыс істемейді",
    fault429: "Telegram күте тұруды сұрайды (429)",
    faultSms: "SMS жетпейді",
    faultTwilio: "SMS жіберу қызметі жұмыс істемейді",
    faultsClear: "Бәрін қалпына келтіру",
    pageLanguage: "Беттің тілі",
    panes: "Бөлімдер",
    people: "Тұрғындар",
    newPerson: "+ Жаңа",
    guest: "Қонақ",
    search: "Аты-жөні, ЖСН, телефон",
    nobody: "Ешкім табылмады.",
    chat: "Чат",
    phone: "Телефон",
    sms: "SMS хабарламалар",
    staff: "Қызметкерлер",
    room: "Бөлме",
    actor: "Кім басады",
    privateRoom: "Жеке чат",
    invite: "Ботты қосу",
    nobodyHere: "Бұл емхананың қызметкерлері әлі жоқ",
    typeHere: "Хабарлама",
    send: "Жіберу",
    erase: "Өшіру",
    start: "Бастау",
    pickPerson: "Тізімнен адамды таңдаңыз.",
    emptyChat: "Әзірге хабарлама жоқ.",
    emptyStaff: "Мұнда әзірге тыныш.",
    emptyThread: "SMS жоқ",
    noPhone: "Бұл адамның телефоны жоқ",
    smsReply: "SMS жауабы",
    attach: "Қосымша",
    attachContact: "Өз нөмірім",
    attachOther: "Басқа адамның нөмірі",
    attachLocation: "Тұрған жерім",
    attachPhoto: "Сурет",
    attachVoice: "Дауыстық хабарлама",
    attachSticker: "Стикер",
    attachDocument: "Құжат",
    attachForwarded: "Біреудің хабарламасын қайта жіберу",
    block: "Ботты бұғаттау",
    unblock: "Бұғаттан шығару",
    edited: "өзгертілді",
    forwardedFrom: "Қайта жіберілді",
    forwardedText: "Маған да осындай хабарлама келді",
    smartphone: "смартфон",
    button: "түймелі телефон",
    none: "телефоны жоқ",
    language_kk: "қазақша",
    language_ru: "орысша",
    clinicNo: "№ {n} емхана",
    years_other: "{n} жас",
    dayTab: "Күн",
    doctorsDay: "Дәрігердің күні",
    dayAsk: "Жақын күн",
    dayNone: "Бұл емханада дәрігердің тізімі әлі жоқ.",
    time_free: "бос",
    time_held: "таңдап жатыр",
    time_booked: "жазылған",
    time_came: "келді",
    time_missed: "келмеді",
    role_registrar: "тіркеуші",
    role_head: "басшы",
    role_doctor: "дәрігер",
    typing_action: "жазып жатыр…",
    weekdays: ["жексенбі", "дүйсенбі", "сейсенбі", "сәрсенбі", "бейсенбі", "жұма", "сенбі"],
    months: ["қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым", "шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан"],
    date: "{year} жылғы {day} {month}, {weekday}",
    failed: "Болмады: {why}",
  },
  ru: {
    sandbox: "Песочница",
    invented: "Люди и их данные придуманы.",
    almatyTime: "Время Алматы",
    clock: "Перевести",
    plus10: "+10 мин",
    plus30: "+30 мин",
    friday: "Пятница 17:59",
    saturday: "Суббота 12:00",
    holiday: "Праздник 10:00",
    workingDay: "Рабочий день 08:00",
    clockInput: "Дата и время",
    clockSet: "Поставить",
    clockRefused: "Часы идут только вперёд.",
    faults: "Неполадки",
    faultDown: "Telegram не работает",
    fault429: "Telegram просит подождать (429)",
    faultSms: "SMS не доходят",
    faultTwilio: "Служба SMS не работает",
    faultsClear: "Всё исправить",
    pageLanguage: "Язык страницы",
    panes: "Разделы",
    people: "Жители",
    newPerson: "+ Новый",
    guest: "Гость",
    search: "Имя, ИИН, телефон",
    nobody: "Никто не найден.",
    chat: "Чат",
    phone: "Телефон",
    sms: "SMS-сообщения",
    staff: "Сотрудники",
    room: "Комната",
    actor: "Кто нажимает",
    privateRoom: "Личный чат",
    invite: "Добавить бота",
    nobodyHere: "У этой поликлиники пока нет сотрудников",
    typeHere: "Сообщение",
    send: "Отправить",
    erase: "Стереть",
    start: "Начать",
    pickPerson: "Выберите человека из списка.",
    emptyChat: "Сообщений пока нет.",
    emptyStaff: "Здесь пока тихо.",
    emptyThread: "Нет SMS",
    noPhone: "У этого человека нет телефона",
    smsReply: "Ответ по SMS",
    attach: "Вложить",
    attachContact: "Мой контакт",
    attachOther: "Чужой контакт",
    attachLocation: "Где я сейчас",
    attachPhoto: "Фото",
    attachVoice: "Голосовое сообщение",
    attachSticker: "Стикер",
    attachDocument: "Документ",
    attachForwarded: "Переслать чужое сообщение",
    block: "Заблокировать бота",
    unblock: "Разблокировать бота",
    edited: "изменено",
    forwardedFrom: "Переслано",
    forwardedText: "Мне пришло вот такое сообщение",
    smartphone: "смартфон",
    button: "кнопочный телефон",
    none: "без телефона",
    language_kk: "на казахском",
    language_ru: "на русском",
    clinicNo: "поликлиника № {n}",
    years_one: "{n} год",
    years_few: "{n} года",
    years_many: "{n} лет",
    years_other: "{n} лет",
    dayTab: "День",
    doctorsDay: "День врача",
    dayAsk: "Ближайший день",
    dayNone: "У врачей этой поликлиники списка пока нет.",
    time_free: "свободно",
    time_held: "выбирают",
    time_booked: "записаны",
    time_came: "пришли",
    time_missed: "не пришли",
    role_registrar: "регистратор",
    role_head: "руководитель",
    role_doctor: "врач",
    typing_action: "печатает…",
    weekdays: ["воскресенье", "понедельник", "вторник", "среда", "четверг", "пятница", "суббота"],
    months: ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"],
    date: "{weekday}, {day} {month} {year} г.",
    failed: "Не получилось: {why}",
  },
};

let language = "kk";
try {
  language = localStorage.getItem("language") === "ru" ? "ru" : "kk";
} catch {
  // A browser without storage starts in Kazakh.
}

export function currentLanguage() {
  return language;
}

export function speak(wanted) {
  language = wanted;
  try {
    localStorage.setItem("language", wanted);
  } catch {
    // Nothing is remembered then.
  }
}

export function word(key, values = {}) {
  const text = WORDS[language][key] ?? key;
  return Object.entries(values).reduce((told, [name, value]) => told.replaceAll(`{${name}}`, value), text);
}

export function years(n) {
  const form = new Intl.PluralRules(language === "ru" ? "ru" : "kk").select(n);
  return word(WORDS[language][`years_${form}`] ? `years_${form}` : "years_other", { n });
}

export function paint(root = document) {
  document.documentElement.lang = language;
  for (const it of root.querySelectorAll("[data-word]")) it.textContent = word(it.dataset.word);
  for (const it of root.querySelectorAll("[data-label]")) it.setAttribute("aria-label", word(it.dataset.label));
  for (const it of root.querySelectorAll("[data-hint]")) it.placeholder = word(it.dataset.hint);
  for (const it of root.querySelectorAll("[data-language]")) {
    it.setAttribute("aria-pressed", String(it.dataset.language === language));
  }
}
