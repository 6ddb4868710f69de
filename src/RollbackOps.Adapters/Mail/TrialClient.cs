using MailKit.Net.Smtp;

namespace RollbackOps.Adapters.Mail;

/// <summary>Asks a mail server whether it would take a mail, and takes the question back: no message is sent.</summary>
internal sealed class TrialClient : SmtpClient
{
    /// <summary>Asks for a sender and receivers.</summary>
    /// <returns>What the server said to whom it would not take, each with whether it is for good.</returns>
    public async Task<IReadOnlyList<(string Address, SmtpResponse Said)>> AskAsync(
        string from, IReadOnlyList<string> to, CancellationToken cancellationToken)
    {
        var refused = new List<(string, SmtpResponse)>();
        var sender = await SendCommandAsync($"MAIL FROM:<{from}>", cancellationToken);
        if (!IsTaken(sender))
        {
            return [(from, sender)];
        }

        foreach (var address in to)
        {
            var said = await SendCommandAsync($"RCPT TO:<{address}>", cancellationToken);
            if (!IsTaken(said))
            {
                refused.Add((address, said));
            }
        }

        await SendCommandAsync("RSET", cancellationToken);
        return refused;
    }

    /// <summary>Whether a refusal is for good; else the server wants to be asked again later (greylisting).</summary>
    public static bool IsForGood(SmtpResponse said) => (int)said.StatusCode >= 500;

    private static bool IsTaken(SmtpResponse said) => (int)said.StatusCode is >= 200 and < 300;
}
