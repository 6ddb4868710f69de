using System.Management.Automation;
using RollbackOps;
using RollbackOps.Configuration;
using RollbackOps.Databases;
using RollbackOps.Decisions;
using RollbackOps.Incidents;
using RollbackOps.Notifications;
using RollbackOps.Rollbacks;
using RollbackTools.Errors;
using RollbackTools.Isolation;

namespace RollbackTools.Commands;

/// <summary>Tells the team: sends results or a message to the configured channels, and delivers what is queued.</summary>
/// <remarks>
/// <para>
/// The channels are those of notifications.channels in rollback.json: Slack (an incoming webhook, or a bot with a thread for
/// each rollback), PagerDuty, a signed webhook, and mail. Rollbacks and restores are told by themselves, while they go on;
/// this cmdlet sends what else there is to say: a decision, a report, a message. A result that was told already is not told
/// twice.
/// </para>
/// <para>
/// A message is on disk before it is sent, and stays there until it has arrived. What cannot be delivered within
/// notifications.budget is delivered by the next command, this one among them: called without input it only delivers what is
/// queued. A message arrives exactly once in Slack with a bot's token and as PagerDuty's incidents; incoming webhooks, mail,
/// signed webhooks and PagerDuty's change events get it at least once, and a repeat bears the same number and says that it is
/// one.
/// </para>
/// <para>
/// -WhatIf shows what would be sent where, and sends nothing. Secrets are masked in every message.
/// </para>
/// </remarks>
/// <example>
/// <para>Tell the team that somebody is at it.</para>
/// <code>Send-RollbackNotification 'Checkout is down. Ann is looking into it.'</code>
/// </example>
/// <example>
/// <para>Send a verdict to one channel before anything is done.</para>
/// <code>Get-DeploymentHistory | Test-RollbackNeeded | Send-RollbackNotification -Channel ops</code>
/// </example>
/// <example>
/// <para>See what would be sent where.</para>
/// <code>New-IncidentReport | Send-RollbackNotification -WhatIf</code>
/// </example>
/// <example>
/// <para>Deliver what could not be delivered before.</para>
/// <code>Send-RollbackNotification</code>
/// </example>
/// <seealso cref="NotificationResult">One for each channel.</seealso>
/// <seealso cref="InvokeRollbackCommand"/>
/// <seealso cref="NewIncidentReportCommand"/>
[Cmdlet(VerbsCommunications.Send, "RollbackNotification", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(NotificationResult))]
public sealed class SendRollbackNotificationCommand : ContextCommand
{
    private readonly List<object> _inputs = [];

    /// <summary>
    /// What to tell: any mix of <see cref="RollbackDecision"/>, <see cref="RollbackResult"/>, <see cref="DatabaseRestoreResult"/>
    /// and <see cref="IncidentReport"/> objects.
    /// </summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>What to say, in one's own words; the first line is the title.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Message { get; set; }

    /// <summary>How serious the message is. Critical rings where a channel can.</summary>
    [Parameter]
    public NotificationSeverity Severity { get; set; }

    /// <summary>Only to the channels of these names.</summary>
    [PSDefaultValue(Help = "Every channel")]
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completion.ChannelCompleter))]
    public string[]? Channel { get; set; }

    /// <summary>The id of the rollback or restore that the message belongs to: it goes to that one's thread.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? RollbackId { get; set; }

    /// <summary>The environment to work on, as rollback.json names it, for example staging.</summary>
    [PSDefaultValue(Help = "The configuration's own, else production")]
    [Parameter]
    [ArgumentCompleter(typeof(Completion.EnvironmentCompleter))]
    public string? Environment { get; set; }

    private protected override string Activity => "Notifications";

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        switch (InputObject?.BaseObject)
        {
            case null:
                break;
            case RollbackDecision or RollbackResult or DatabaseRestoreResult or IncidentReport:
                _inputs.Add(InputObject.BaseObject);
                break;
            case RollbackPlan or DatabaseRestorePlan:
                WriteWarning("A plan came down the pipeline; nothing has happened yet, and it is not told.");
                break;
            default:
                WriteError(ErrorRecords.Of(ErrorRecords.UnusableInput(
                    InputObject, "a RollbackDecision, RollbackResult, DatabaseRestoreResult or IncidentReport")));
                break;
        }
    }

    /// <inheritdoc />
    protected override void EndProcessing() => Run(async cancellationToken =>
    {
        var context = OpenContext(project: null, Environment ?? EnvironmentOfInput());
        using var notifier = Open(context);
        var wanted = notifier.Channels.Where(channel => IsWanted(channel.Name)).ToList();
        var messages = Compose(notifier, context.Settings).ToList();
        var act = messages.Count == 0 ? "Deliver what is queued" : $"Send: {string.Join("; ", messages.Select(one => one.Message.Title))}";
        var (isApproved, isPreview) = await OnPipelineAsync(() =>
        {
            Approval.RequireSomebody(this, ConfirmImpact.Medium);
            return (ShouldProcess(string.Join(", ", wanted.Select(channel => channel.Name)), act), Approval.IsPreview(this));
        });
        if (!isApproved)
        {
            foreach (var channel in isPreview ? wanted : [])
            {
                await EmitAsync(Preview(channel, messages));
            }

            return;
        }

        var told = Queue(notifier, messages);
        using var budget = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        budget.CancelAfter(context.Settings.Notifications.Budget);
        var results = await notifier.DeliverAsync(enough: CancellationToken.None, budget.Token);
        notifier.RecordTold();
        foreach (var result in results.Where(result => IsWanted(result.Channel)))
        {
            await EmitAsync(result.Status == NotificationStatus.NotApplicable && told.Count > 0
                ? result with { Status = NotificationStatus.Delivered, Message = $"Told before: {string.Join(", ", told)}." }
                : result);
        }

        foreach (var result in results.Where(result => result.Queued.Count + result.Refused.Count > 0))
        {
            Report(new RollbackOpsException(ErrorId.NotificationUndelivered,
                $"Not told: {result.Channel} ({result.Place}), message {string.Join(", ", result.Queued.Concat(result.Refused))}: {result.Message}",
                result.NextStep ?? "Run Send-RollbackNotification again.", result));
        }
    });

    private bool IsWanted(string name) => Channel is null || Channel.Contains(name, StringComparer.OrdinalIgnoreCase);

    private string? EnvironmentOfInput() => _inputs.Select(input => input switch
    {
        RollbackDecision decision => decision.Environment,
        RollbackResult rollback => rollback.Environment,
        DatabaseRestoreResult restore => restore.Environment,
        IncidentReport report => report.Environment,
        _ => null,
    }).FirstOrDefault(environment => environment is not null);

    private Notifier Open(RollbackContext context)
    {
        var notifier = Notifier.Create(Adapters.Factory, context, NewSecretSource(), Verbose) ?? throw new RollbackOpsException(
            ErrorId.NotificationsNotConfigured,
            $"No channel to people is configured for {context.Settings.Project}/{context.Settings.Environment}.",
            "Add one to rollback.json, for example \"notifications\": { \"channels\": [{ \"name\": \"ops\", \"slack\": { \"webhook\": \"env:SLACK_WEBHOOK\" } }] }.",
            context.Settings.File);
        var names = notifier.Channels.Select(channel => channel.Name).ToList();
        if (Channel?.FirstOrDefault(name => !names.Contains(name, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            notifier.Dispose();
            var nearest = NearestName.Find(unknown, names);
            throw new RollbackOpsException(ErrorId.ChannelNotFound,
                $"No channel is named '{Inert.Line(unknown)}'{(nearest is null ? "" : $"; did you mean '{nearest}'?")}. Nothing was sent.",
                $"Choose among: {string.Join(", ", names)}.", unknown);
        }

        return notifier;
    }

    private IEnumerable<(Notification Message, bool IsNews)> Compose(Notifier notifier, RollbackSettings settings)
    {
        if (Message is not null)
        {
            yield return (notifier.Composer.Message(
                notifier.NewId(), Message, settings.Project, settings.Environment, DateTimeOffset.UtcNow, Severity, RollbackId), false);
        }

        foreach (var input in _inputs)
        {
            if (notifier.Compose(input) is { } composed)
            {
                yield return composed;
            }
        }
    }

    /// <summary>Queues what the journal does not tell by itself; gives what it does.</summary>
    private List<string> Queue(Notifier notifier, IEnumerable<(Notification Message, bool IsNews)> messages)
    {
        var told = new List<string>();
        try
        {
            foreach (var (message, isNews) in messages)
            {
                if (isNews)
                {
                    told.Add(message.Id);
                }
                else
                {
                    notifier.Add(message, Channel);
                }
            }

            notifier.Begin();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RollbackOpsException(ErrorId.NotificationUndelivered,
                $"Nothing was sent: messages cannot be queued in {notifier.Location}: {failure.Message}",
                "Check the folder's owner, rights and free space.", notifier.Location, failure);
        }

        return told;
    }

    private static NotificationResult Preview(INotificationChannel channel, List<(Notification Message, bool IsNews)> messages)
    {
        var sent = messages.Where(one => !one.IsNews && channel.Takes(one.Message)).Select(one => one.Message).ToList();
        return new NotificationResult
        {
            Channel = channel.Name,
            Kind = channel.Kind,
            Place = channel.Place,
            Status = sent.Count > 0 ? NotificationStatus.WouldSend : NotificationStatus.NotApplicable,
            Message = sent.Count > 0 ? string.Join('\n', sent.Select(Shown)) : "Nothing new would be sent; what is queued would be delivered.",
        };
    }

    private static string Shown(Notification message) => string.Join('\n', new[] { $"[{message.Severity}] {message.Title}" }
        .Concat(message.Facts.Select(fact => $"  {fact.Name}: {fact.Value}"))
        .Concat(message.Text is null ? [] : [message.Text]));
}
