using RollbackOps.Configuration;
using RollbackOps.Notifications;
using RollbackOps.Redaction;

namespace RollbackOps.Adapters.Tests.Notifications;

/// <summary>A message whose texts come from somebody who means harm, and does not stop.</summary>
internal static class Hostile
{
    public const string Text =
        "<!channel> <!here|x> <@U123> <https://evil.example|Click> *bold* _it_ ~no~ `code` &lt; \u001b[31m\u001b]0;title\u0007 \u202eevil"
        + " </script><script>alert(1)</script> [a](javascript:alert(1)) ![x](https://evil.example/x.png) \r\nBcc: evil@evil.example\r\n\r\n.\r\nQUIT";

    public static Notification Notification { get; } = Make();

    private static Notification Make()
    {
        var composer = new NotificationComposer(new Redactor(new RedactionSettings()));
        var huge = string.Concat(Enumerable.Repeat(Text + "🔥", 400));
        return composer.New("J7", "roll-1", "shop", "production", DateTimeOffset.UtcNow, NotificationKind.Outcome, huge,
            [.. Enumerable.Range(0, 700).Select(number => composer.Fact($"Fact {number}", $"{number} {Text}"))]) with
        {
            Text = composer.Message("M1", "x\n" + huge, "shop", "production", DateTimeOffset.UtcNow, NotificationSeverity.Critical, null).Text,
            Severity = NotificationSeverity.Critical,
            Mentions = ["U0123", "<!everyone>", "here"],
        };
    }
}
