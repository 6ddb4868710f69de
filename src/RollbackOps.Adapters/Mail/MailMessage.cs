using System.Globalization;
using System.Text;
using MimeKit;
using RollbackOps.Configuration;
using RollbackOps.Notifications;

namespace RollbackOps.Adapters.Mail;

/// <summary>A notification as a mail of plain text: nothing in it can act.</summary>
internal static class MailMessage
{
    private const int LongestSubject = 200;

    /// <summary>The mail of an order. A repeat bears the same Message-Id, and says that it is one.</summary>
    public static MimeMessage Of(DeliveryOrder order, MailSettings settings)
    {
        var notification = order.Notification;
        var host = settings.From[(settings.From.IndexOf('@', StringComparison.Ordinal) + 1)..];
        var message = new MimeMessage
        {
            Subject = Cut($"{(order.IsRepeat ? $"(repeat {order.Attempt}) " : "")}[{notification.Severity}] {notification.Title}"),
            Date = notification.At,
            MessageId = $"{IdOf(notification, notification.Id)}@{host}",
            Body = new TextPart("plain") { Text = Body(order) },
        };
        message.From.Add(new MailboxAddress("RollbackOps", settings.From));
        message.To.AddRange(settings.To.Select(address => new MailboxAddress(address, address)));
        var thread = $"{IdOf(notification, notification.Thread)}@{host}";
        message.References.Add(thread);
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Headers.Add("X-RollbackOps-Message", notification.Id);
        if (order.IsRepeat)
        {
            message.Headers.Add("X-RollbackOps-Repeat", order.Attempt.ToString(CultureInfo.InvariantCulture));
        }

        if (notification.Severity == NotificationSeverity.Critical)
        {
            message.Importance = MessageImportance.High;
        }

        return message;
    }

    private static string Body(DeliveryOrder order)
    {
        var notification = order.Notification;
        var body = new StringBuilder();
        if (order.IsRepeat)
        {
            body.Append(CultureInfo.InvariantCulture, $"This is attempt {order.Attempt} at message {notification.Id}; it may have reached you before.\n\n");
        }

        body.Append(CultureInfo.InvariantCulture, $"{notification.Title}\n\n");
        foreach (var fact in notification.Facts)
        {
            body.Append(CultureInfo.InvariantCulture, $"{fact.Name + ":",-16}{fact.Value}\n");
        }

        if (notification.Text is { } text)
        {
            body.Append(CultureInfo.InvariantCulture, $"\n{text}\n");
        }

        foreach (var overtaken in order.StandsFor)
        {
            body.Append(CultureInfo.InvariantCulture, $"\nBefore that, {overtaken.At:HH:mm:ss} UTC: {overtaken.Title}\n");
        }

        return body.Append(CultureInfo.InvariantCulture,
            $"\n{notification.Project}/{notification.Environment}, {notification.At:yyyy-MM-dd HH:mm:ss} UTC, message {notification.Id}\n").ToString();
    }

    private static string Cut(string subject) => subject.Length <= LongestSubject ? subject : subject[..(LongestSubject - 1)] + "…";

    private static string IdOf(Notification notification, string id) => string.Concat(
        $"{notification.Project}.{notification.Environment}.{id}".Select(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' ? character : '_'));
}
