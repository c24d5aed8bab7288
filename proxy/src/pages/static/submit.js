// The one form of the page, which its visitor has asked for already.
document.forms[0].submit();
