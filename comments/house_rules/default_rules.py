"""The house rules that a new publication starts with; it may publish its own at any time."""

from comments.rule_texts import RuleText
from comments.states import AuthorNotice, Placeholder

DEFAULT_RULES = (
    RuleText(
        "law",
        "Нарушение закона",
        "Breaking the law",
        "Нельзя публиковать то, что запрещено законом Российской Федерации: призывы к насилию и "
        "экстремизму, оправдание терроризма, клевету, сведения, составляющие охраняемую тайну.",
        "Nothing may be posted that the law forbids: calls to violence or extremism, "
        "justification of terrorism, libel, secrets protected by law.",
        placeholder=Placeholder.NONE.value,
    ),
    RuleText(
        "insults",
        "Оскорбления и травля",
        "Insults and harassment",
        "Спорьте с доводами, а не с людьми. Оскорбления, угрозы, насмешки над внешностью, именем "
        "или происхождением собеседника, автора или героя материала удаляются.",
        "Argue with the point, not the person. Insults, threats and mockery of anyone's looks, "
        "name or origin are removed, whoever they are aimed at.",
    ),
    RuleText(
        "obscenity",
        "Нецензурная брань",
        "Obscene language",
        "Нецензурные слова не публикуются, в том числе написанные с пропуском или заменой букв.",
        "Obscene words are not published, even with letters left out or replaced.",
    ),
    RuleText(
        "incitement",
        "Разжигание вражды",
        "Incitement to hatred",
        "Нельзя унижать людей по признаку национальности, языка, веры, пола, возраста, здоровья, "
        "места жительства или профессии и настраивать одних против других.",
        "Nobody may be degraded for nationality, language, faith, sex, age, health, place of "
        "living or profession, and no group may be set against another.",
    ),
    RuleText(
        "advertising",
        "Реклама",
        "Advertising",
        "Комментарии не место для рекламы товаров, услуг, курсов, каналов и сайтов, в том числе "
        "скрытой, и для сбора денег.",
        "Comments are no place to advertise goods, services, courses, channels or sites, openly "
        "or covertly, or to collect money.",
    ),
    RuleText(
        "spam",
        "Спам",
        "Spam",
        "Массовые рассылки, ссылки без связи с темой и сообщения, написанные программой, удаляются "
        "без следа.",
        "Bulk messages, links that have nothing to do with the topic and texts posted by programs "
        "are removed without a trace.",
        placeholder=Placeholder.NONE.value,
        author_notice=AuthorNotice.NONE.value,
    ),
    RuleText(
        "off-topic",
        "Не по теме",
        "Off topic",
        "Пишите о том, чему посвящён материал. Разговор на другую тему редакция вправе удалить.",
        "Write about what the article is about. The editors may remove a talk about other things.",
    ),
    RuleText(
        "personal-data",
        "Личные данные",
        "Personal data",
        "Не публикуйте чужие телефоны, адреса, документы, переписку и фотографии без согласия "
        "человека. Берегите и свои.",
        "Do not post other people's phone numbers, addresses, papers, letters or photographs "
        "without their consent. Take care of your own, too.",
        placeholder=Placeholder.NONE.value,
    ),
    RuleText(
        "impersonation",
        "Чужое имя",
        "Impersonation",
        "Нельзя выдавать себя за другого человека, за организацию или за редакцию.",
        "Nobody may pass for another person, an organisation or the editors.",
    ),
    RuleText(
        "flood",
        "Флуд",
        "Flooding",
        "Бессмысленные сообщения, наборы знаков, текст прописными буквами и очереди коротких "
        "реплик мешают читать и удаляются.",
        "Meaningless messages, strings of signs, texts in capitals and bursts of short remarks "
        "get in the reader's way and are removed.",
    ),
    RuleText(
        "duplicates",
        "Повторы",
        "Duplicates",
        "Скажите один раз. Одинаковые или почти одинаковые комментарии удаляются, кроме первого.",
        "Say it once. Of comments that are the same or nearly so, only the first stays.",
    ),
    RuleText(
        "complaints",
        "Жалобы на издание",
        "Complaints about the publication",
        "Замечания о материалах, заголовках и работе журналистов редакция рассматривает по "
        "электронной почте, адрес указан под формой. Из обсуждения они передаются туда.",
        "What you hold against our articles, headlines or journalists is looked into by e-mail, "
        "at the address below the form. From the discussion it is passed on there.",
        author_notice=AuthorNotice.RULE.value,
    ),
)
