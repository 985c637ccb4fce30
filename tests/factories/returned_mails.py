"""Mails that come back, as Postfix, Exim and Exchange write them. Names and hosts are made up; `{id}` is the mail's."""

from __future__ import annotations

POSTFIX = """\
Return-Path: <>
Date: Mon, 21 Jun 2021 07:31:04 +0700 (+07)
From: MAILER-DAEMON@mail.example.vn (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: so-cam-ket@camket.example.vn
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4F2B11C0.1624235464/mail.example.vn"
Message-Id: <20210621003104.5C0DD4F2B1@mail.example.vn>

This is a MIME-encapsulated message.

--4F2B11C0.1624235464/mail.example.vn
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mail.example.vn.

<giam-doc@example.vn>: host mx.example.vn[192.0.2.7] said: 550 5.1.1
    <giam-doc@example.vn>: Recipient address rejected: User unknown in virtual
    mailbox table (in reply to RCPT TO command)

--4F2B11C0.1624235464/mail.example.vn
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.vn
X-Postfix-Queue-ID: 4F2B11C0
X-Postfix-Sender: rfc822; so-cam-ket@camket.example.vn
Arrival-Date: Mon, 21 Jun 2021 07:31:02 +0700 (+07)

Final-Recipient: rfc822; giam-doc@example.vn
Original-Recipient: rfc822;giam-doc@example.vn
Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.vn
Diagnostic-Code: smtp; 550 5.1.1 <giam-doc@example.vn>: Recipient address
    rejected: User unknown in virtual mailbox table

--4F2B11C0.1624235464/mail.example.vn
Content-Description: Undelivered Message
Content-Type: message/rfc822

Return-Path: <so-cam-ket@camket.example.vn>
Subject: =?utf-8?q?M=E1=BB=99t_b=C3=A1o_c=C3=A1o?=
From: "So cam ket" <so-cam-ket@camket.example.vn>
To: giam-doc@example.vn
Message-ID: {id}
Auto-Submitted: auto-generated
MIME-Version: 1.0
Content-Type: text/plain; charset="utf-8"

Message-ID: <of-a-body@elsewhere.example>
--4F2B11C0.1624235464/mail.example.vn--
"""

EXIM = """\
Return-path: <>
X-Failed-Recipients: giam-doc@example.vn
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@relay.example.vn>
To: so-cam-ket@camket.example.vn
References: {id}
Content-Type: multipart/report; report-type=delivery-status; boundary=1624235464-eximdsn-1804289383
MIME-Version: 1.0
Subject: Mail delivery failed: returning message to sender
Message-Id: <E1lv9kC-0004Xo-1a@relay.example.vn>
Date: Mon, 21 Jun 2021 00:31:04 +0000

--1624235464-eximdsn-1804289383
Content-type: text/plain; charset=us-ascii

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  giam-doc@example.vn
    host mx.example.vn [192.0.2.7]
    SMTP error from remote mail server after RCPT TO:<giam-doc@example.vn>:
    550 5.2.1 The mailbox is disabled

--1624235464-eximdsn-1804289383
Content-type: message/delivery-status

Reporting-MTA: dns; relay.example.vn

Action: failed
Final-Recipient: rfc822;giam-doc@example.vn
Status: {status}
Remote-MTA: dns; mx.example.vn
Diagnostic-Code: smtp; 550 5.2.1 The mailbox is disabled

--1624235464-eximdsn-1804289383
Content-type: text/rfc822-headers

Return-path: <so-cam-ket@camket.example.vn>
Received: from camket.example.vn ([192.0.2.20])
\tby relay.example.vn with esmtp (Exim 4.94.2)
\tid 1lv9kA-0004Xk-UO
\tfor giam-doc@example.vn; Mon, 21 Jun 2021 00:31:02 +0000
Subject: Bao cao
Message-ID:
 {id}
To: giam-doc@example.vn

--1624235464-eximdsn-1804289383--
"""

EXCHANGE = """\
MIME-Version: 1.0
From: <postmaster@example.vn>
To: <so-cam-ket@camket.example.vn>
Date: Mon, 21 Jun 2021 07:31:05 +0700
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="26c5a2d9-9e5f-4d2a-b4a2-0c3f4a5b6c7d"
X-MS-Exchange-Message-Is-Ndr:
Content-Language: vi-VN
Message-ID: <8b1c0d3e-7a55-4c1b@MBX01.example.vn>
In-Reply-To: {id}
References: {id}
Subject: =?utf-8?B?S2jDtG5nIHRo4buDIGfhu61pOiBCw6FvIGPDoW8=?=
Auto-Submitted: auto-replied

--26c5a2d9-9e5f-4d2a-b4a2-0c3f4a5b6c7d
Content-Type: multipart/alternative; differences=Content-Type;
\tboundary="5e7c1c3a-0f2b-4e33-8c19-aa0b1c2d3e4f"

--5e7c1c3a-0f2b-4e33-8c19-aa0b1c2d3e4f
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: base64

S2jDtG5nIHTDrG0gdGjhuqV5IG5nxrDhu51pIG5o4bqtbi4=

--5e7c1c3a-0f2b-4e33-8c19-aa0b1c2d3e4f
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: base64

PHA+S2jDtG5nIHTDrG0gdGjhuqV5IG5nxrDhu51pIG5o4bqtbi48L3A+

--5e7c1c3a-0f2b-4e33-8c19-aa0b1c2d3e4f--

--26c5a2d9-9e5f-4d2a-b4a2-0c3f4a5b6c7d
Content-Type: message/delivery-status

Reporting-MTA: dns;MBX01.example.vn
Received-From-MTA: dns;relay.example.vn
Arrival-Date: Mon, 21 Jun 2021 00:31:04 +0000

Final-Recipient: rfc822;giam-doc@example.vn
Action: failed
Status: {status}
Diagnostic-Code: smtp;550 {status} RESOLVER.ADR.RecipNotFound; not found
X-Display-Name: giam-doc

--26c5a2d9-9e5f-4d2a-b4a2-0c3f4a5b6c7d
Content-Type: message/rfc822

Received: from relay.example.vn (192.0.2.21) by MBX01.example.vn (192.0.2.22)
Subject: Bao cao
From: <so-cam-ket@camket.example.vn>
To: <giam-doc@example.vn>
Message-ID: <rewritten-on-the-way@MBX01.example.vn>
X-MS-Exchange-Organization-SCL: -1

--26c5a2d9-9e5f-4d2a-b4a2-0c3f4a5b6c7d--
"""

OUT_OF_OFFICE = """\
From: giam-doc@example.vn
To: so-cam-ket@camket.example.vn
Subject: Tra loi tu dong
Auto-Submitted: auto-replied
In-Reply-To: {id}
Content-Type: text/plain; charset="utf-8"

Action: failed
Status: 5.1.1
"""


def postfix(mail_id: str, *, status: str = "5.1.1", action: str = "failed") -> bytes:
    """Of Postfix: the mail that came back stands in it whole."""
    return written(POSTFIX, id=mail_id, status=status, action=action)


def exim(mail_id: str, *, status: str = "5.2.1") -> bytes:
    """Of Exim: its head alone."""
    return written(EXIM, id=mail_id, status=status)


def exchange(mail_id: str, *, status: str = "5.1.10") -> bytes:
    """Of Exchange: with another Message-ID than it left with; ours stands in what the report answers."""
    return written(EXCHANGE, id=mail_id, status=status)


def written(text: str, **values: str) -> bytes:
    """A mail as it is received."""
    return text.format(**values).replace("\n", "\r\n").encode()
