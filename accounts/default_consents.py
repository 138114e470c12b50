"""Default consent texts of a new publication.

The law requires separate texts for the processing of personal data (152-ФЗ, article 9) and for
the terms of use. `%(name)s` is replaced by data of the publication.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StartingConsent:
    purpose: str
    label_ru: str
    label_en: str
    body_ru: str
    body_en: str


_DATA_RU = """Я соглашаюсь на обработку моих персональных данных.

Кому: %(legal_name_ru)s (далее — редакция), электронная почта %(email)s.

Какие данные: адрес электронной почты; имя, которое я выберу; сетевые адреса и сведения о браузере \
при входе; то, что я пишу на сайте; ответы в заявлениях на электронные свидетельства, если я их \
подаю.

Зачем: зарегистрировать меня и узнавать при входе; вести обсуждения и защищать их от \
злоупотреблений; рассматривать заявления, выдавать и проверять свидетельства; писать мне об этом \
по электронной почте.

Что с данными делают: собирают, записывают, хранят, уточняют, используют, обезличивают, удаляют и \
уничтожают с помощью программ. Другим лицам данные передают только в случаях, предусмотренных \
законом.

Как долго: пока есть учётная запись. После её удаления остаётся лишь то, что велит хранить закон, \
и записи в реестре свидетельств.

Как отозвать согласие: в учётной записи на странице «Мои данные» («Удалить учётную запись») или \
письмом на %(email)s.
"""

_DATA_EN = """I agree to the processing of my personal data.

By whom: %(legal_name_en)s (the editors), e-mail %(email)s.

Which data: my e-mail address; the name that I choose; network addresses and the browser's \
description at sign-in; what I write on the site; my answers in applications for electronic \
certificates, if I make any.

What for: to register me and know me at sign-in; to run the discussions and protect them from \
abuse; to consider applications, issue certificates and verify them; to write to me about this by \
e-mail.

What is done with the data: they are collected, recorded, stored, corrected, used, anonymised, \
deleted and destroyed by programs. They are handed to others only where the law says so.

For how long: while the account exists. After its erasure only what the law makes us keep stays, \
and the entries in the register of certificates.

How to withdraw: in the account, on the page “My data” (“Erase the account”), or by an e-mail to \
%(email)s.
"""

_TERMS_RU = """Комментируют зарегистрированные читатели. Имя, которое стоит под комментариями, вы \
выбираете сами; его и ваши опубликованные комментарии видят все.

За то, что вы пишете, отвечаете вы. Правила обсуждений опубликованы на сайте. Редакция может \
удалить любой комментарий без предупреждения и без объяснения причин и ограничить учётную запись.

Жалобы на материалы, заголовки и журналистов редакция рассматривает по адресу %(email)s, а не в \
комментариях.

Отправляя комментарий, вы разрешаете редакции безвозмездно показывать его на сайте. Права на текст \
остаются у вас.

Данные в заявлении на свидетельство проверяете и подтверждаете вы: в свидетельство попадает то, \
что вы подтвердили.

Не сообщайте никому пароль и коды из писем. Учётную запись можно удалить в любое время на странице \
«Мои данные».
"""

_TERMS_EN = """Registered readers comment. You choose the name that stands under your comments \
yourself; everybody sees it and your published comments.

You answer for what you write. The house rules are published on the site. The editors may remove \
any comment without warning and without explanation, and restrict an account.

Complaints about materials, headlines and journalists are looked into at %(email)s, not under the \
articles.

By posting a comment you allow the editors to show it on the site free of charge. The rights to \
the text remain yours.

You check and confirm the data in an application for a certificate: what you have confirmed is \
what the certificate says.

Tell nobody your password and the codes from e-mails. You can erase the account at any time on the \
page “My data”.
"""

STARTING_CONSENTS = (
    StartingConsent(
        "personal-data",
        "Я даю согласие на обработку моих персональных данных.",
        "I consent to the processing of my personal data.",
        _DATA_RU,
        _DATA_EN,
    ),
    StartingConsent(
        "terms",
        "Я принимаю условия пользования сайтом.",
        "I accept the terms of use of the site.",
        _TERMS_RU,
        _TERMS_EN,
    ),
)
