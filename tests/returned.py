"""Reports of mail servers about letters that did not arrive, each built as its program builds it; addresses invented.

The order of parts and headers follows RFC 3464 and, for Postfix and Exchange, real reports in the public collection
sisimai/set-of-emails (rhost-mimecast-01, email-exchange2007-05).
"""

from email.message import EmailMessage


def head_of(letter: EmailMessage) -> str:
    """The headers of a letter, as they are returned."""
    return "".join(f"{name}: {value}\n" for name, value in letter.items())


def postfix(letter: EmailMessage, *, action="failed", status="5.1.1", said="550 5.1.1 no such user") -> bytes:
    """Postfix returns the whole letter, and folds what the other server said."""
    address = letter["To"].addresses[0].addr_spec
    words = said.replace(" ", "\n    ", 2)
    return (
        f"""\
Return-Path: <>
Received: by mail.example.org (Postfix)
	id 4DWLPhBbNNzq4GD; Mon,  7 Sep 2026 10:00:02 +0000 (UTC)
Date: Mon,  7 Sep 2026 10:00:02 +0000 (UTC)
From: MAILER-DAEMON@mail.example.org (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: people@example.org
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="4DWLQWwjfhzQcf.1600000000/mail.example.org"
Content-Transfer-Encoding: 8bit
Message-Id: <20260907100002.4DWLPhBbNNzq4GD@mail.example.org>

This is a MIME-encapsulated message.

--4DWLQWwjfhzQcf.1600000000/mail.example.org
Content-Description: Notification
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

This is the mail system at host mail.example.org.

<{address}>: host mx.example.org[192.0.2.1] said: {words} (in reply to RCPT TO command)

--4DWLQWwjfhzQcf.1600000000/mail.example.org
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org
X-Postfix-Queue-ID: 4DWLQWwjfhzQcf
X-Postfix-Sender: rfc822; people@example.org
Arrival-Date: Mon,  7 Sep 2026 10:00:01 +0000 (UTC)

Final-Recipient: rfc822; {address}
Original-Recipient: rfc822;{address}
Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.org
Diagnostic-Code: smtp; {words}

--4DWLQWwjfhzQcf.1600000000/mail.example.org
Content-Description: Undelivered Message
Content-Type: message/rfc822
Content-Transfer-Encoding: 8bit

Return-Path: <people@example.org>
""".encode()
        + bytes(letter).replace(b"\r\n", b"\n")
        + b"\n--4DWLQWwjfhzQcf.1600000000/mail.example.org--\n"
    )


def exim(letter: EmailMessage) -> bytes:
    """Exim names the action first, and returns the head alone where a letter is long."""
    address = letter["To"].addresses[0].addr_spec
    return f"""\
Return-path: <>
Received: from Debian-exim by mail.example.org with local (Exim 4.96)
	id 1u2Abc-0003AD-Ga
	for people@example.org;
	Mon, 07 Sep 2026 10:00:02 +0000
X-Failed-Recipients: {address}
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mail.example.org>
To: people@example.org
References: {letter["Message-ID"]}
Content-Type: multipart/report; report-type=delivery-status; boundary=1788775202-eximdsn-1804289383
MIME-Version: 1.0
Subject: Mail delivery failed: returning message to sender
Message-Id: <E1u2Abc-0003AD-Ga@mail.example.org>
Date: Mon, 07 Sep 2026 10:00:02 +0000

--1788775202-eximdsn-1804289383
Content-type: text/plain; charset=us-ascii

This message was created automatically by mail delivery software.

  {address}
    Unrouteable address

--1788775202-eximdsn-1804289383
Content-type: message/delivery-status

Reporting-MTA: dns; mail.example.org

Action: failed
Final-Recipient: rfc822;{address}
Status: 5.0.0

--1788775202-eximdsn-1804289383
Content-type: text/rfc822-headers

{head_of(letter)}
--1788775202-eximdsn-1804289383--
""".encode()


def exchange(letter: EmailMessage) -> bytes:
    """Exchange puts its words twice, as text and as a page, and no space behind 'smtp;'."""
    address = letter["To"].addresses[0].addr_spec
    return (
        f"""\
MIME-Version: 1.0
From: <postmaster@example.org>
To: <people@example.org>
Date: Mon, 7 Sep 2026 10:00:02 +0000
Content-Type: multipart/report; report-type=delivery-status;
	boundary="c5f1a8f2-0000-0000-0000-1b2c3d4e5f60"
Content-Language: en-US
Message-ID: <b7d2c3e4@EX01.example.org>
In-Reply-To: {letter["Message-ID"]}
Subject: Undeliverable: {letter["Subject"]}

--c5f1a8f2-0000-0000-0000-1b2c3d4e5f60
Content-Type: multipart/alternative; differences=Content-Type;
	boundary="ee100022-2200-2220"

--ee100022-2200-2220
Content-Type: text/plain; charset="us-ascii"
Content-Transfer-Encoding: quoted-printable

Delivery has failed to these recipients or groups:

{address}
--ee100022-2200-2220
Content-Type: text/html; charset="us-ascii"
Content-Transfer-Encoding: quoted-printable

<html><body>Delivery has failed to these recipients or groups:</body></html>

--ee100022-2200-2220--

--c5f1a8f2-0000-0000-0000-1b2c3d4e5f60
Content-Type: message/delivery-status

Reporting-MTA: dns;EX01.example.org
Received-From-MTA: dns;mail.example.org
Arrival-Date: Mon, 7 Sep 2026 10:00:01 +0000

Final-Recipient: rfc822;{address}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp;550 5.1.1 RESOLVER.ADR.RecipNotFound; not found
X-Display-Name: {address}

--c5f1a8f2-0000-0000-0000-1b2c3d4e5f60
Content-Type: message/rfc822

Received: from mail.example.org (192.0.2.1) by EX01.example.org (192.0.2.2)
 with Microsoft SMTP Server id 15.1.2507; Mon, 7 Sep 2026 10:00:01 +0000
""".encode()
        + bytes(letter).replace(b"\r\n", b"\n")
        + b"\n--c5f1a8f2-0000-0000-0000-1b2c3d4e5f60--\n"
    )


OTHERS = [
    b"From: Ana <m0@example.org>\nSubject: Re: Larkfield asks\n\nI earn 4,711 a month.\n",
    b"From: Ben <m1@example.org>\nSubject: Out of office\nAuto-Submitted: auto-replied\n\nBack on Monday.\n",
    (
        b'From: m2@example.org\nContent-Type: multipart/report; report-type=disposition-notification; boundary="b"\n\n'
        b"--b\nContent-Type: text/plain\n\nRead it.\n--b\nContent-Type: message/disposition-notification\n\n"
        b"Disposition: manual-action/MDN-sent-manually; displayed\n\n--b--\n"
    ),
]
"""Other mail in the mailbox of a sender: an answer, an absence, a receipt (RFC 8098)."""
