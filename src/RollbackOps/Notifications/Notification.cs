using System.Text.Json.Serialization;

namespace RollbackOps.Notifications;

/// <summary>What a notification tells of.</summary>
public enum NotificationKind
{
    /// <summary>What a person wrote.</summary>
    Message,

    /// <summary>A rollback or a restore began, or goes on; soon overtaken by how it came out.</summary>
    Progress,

    /// <summary>A rollback, an undo or a restore came to its end.</summary>
    Outcome,

    /// <summary>An attempt was refused; nothing was changed.</summary>
    Refusal,

    /// <summary>A verdict.</summary>
    Decision,

    /// <summary>An incident report was written.</summary>
    Report,

    /// <summary>Somebody is called.</summary>
    Call,
}

/// <summary>How serious a notification is, in the words that pagers use.</summary>
public enum NotificationSeverity
{
    /// <summary>For the record.</summary>
    Info,

    /// <summary>To be looked at.</summary>
    Warning,

    /// <summary>Something is broken.</summary>
    Error,

    /// <summary>People are affected now.</summary>
    Critical,
}

/// <summary>What a notification asks of whoever gets it.</summary>
public enum NotificationSignal
{
    /// <summary>Nothing: it informs, and never rings.</summary>
    Inform,

    /// <summary>Somebody has to look: a channel that can ring rings.</summary>
    Alert,

    /// <summary>Somebody is looking: ringing stops.</summary>
    Acknowledge,

    /// <summary>It is over.</summary>
    Resolve,
}

/// <summary>A fact of a notification.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value, in one line.</param>
public sealed record NotificationFact(string Name, string Value);

/// <summary>A message to people. Its texts are inert (S43) and hold no secret (S40).</summary>
public sealed record Notification
{
    [JsonConstructor]
    internal Notification()
    {
    }

    /// <summary>Its number, the same in each repeat: of the journal's record (<c>J42</c>), or one of its own.</summary>
    public required string Id { get; init; }

    /// <summary>
    /// What it is about: the id of a rollback, restore or incident. Messages of one thread stand together, and share a
    /// deduplication key.
    /// </summary>
    public required string Thread { get; init; }

    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>The environment.</summary>
    public required string Environment { get; init; }

    /// <summary>What it tells of.</summary>
    public required NotificationKind Kind { get; init; }

    /// <summary>How serious it is.</summary>
    public NotificationSeverity Severity { get; init; }

    /// <summary>What it asks for.</summary>
    public NotificationSignal Signal { get; init; }

    /// <summary>The whole in one line.</summary>
    public required string Title { get; init; }

    /// <summary>What there is to say beside the facts, on as many lines as it takes; null for nothing.</summary>
    public string? Text { get; init; }

    /// <summary>The facts, most important first.</summary>
    public IReadOnlyList<NotificationFact> Facts { get; init; } = [];

    /// <summary>Who is meant, as the channel names them: a Slack user id; empty for everybody there.</summary>
    public IReadOnlyList<string> Mentions { get; init; } = [];

    /// <summary>Which call of its thread it is, or ends: each of them rings anew; null for what is no call.</summary>
    public int? Call { get; init; }

    /// <summary>The number to dial, for a channel that places calls itself; no other shows it.</summary>
    public string? Phone { get; init; }

    /// <summary>When what it tells of happened, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Number and title.</summary>
    public override string ToString() => $"{Id} {Title}";
}
