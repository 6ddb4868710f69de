using System.Globalization;
using RollbackOps.Configuration;
using RollbackOps.Decisions;
using RollbackOps.Escalations;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Tests.Escalations;

/// <summary>An escalation in memory, second by second; its process can be killed and another take it up.</summary>
internal sealed class EscalationWorld
{
    public const string Id = "INC-1";

    private readonly World _world = new();
    private ILease? _lease;
    private EscalationSession? _session;
    private DateTimeOffset _begun;

    public EscalationWorld(Func<EscalationSettings, EscalationSettings>? change = null)
    {
        var settings = new EscalationSettings
        {
            Contacts = [Contact("Ann", "primary"), Contact("Bob", "secondary"), Contact("Cleo", "manager")],
        };
        Settings = _world.Settings with
        {
            Escalation = change?.Invoke(settings) ?? settings,
            Notifications = new NotificationSettings
            {
                Channels =
                [
                    new ChannelSettings { Name = "pager", PagerDuty = new PagerDutySettings { RoutingKey = "env:KEY" } },
                    new ChannelSettings { Name = "chat", Slack = new SlackSettings { Webhook = "env:HOOK" } },
                ],
            },
        };
        Context = new RollbackContext(
            Settings, _world.Platform, _world.Store, _world.Prober, _world.Repository, [], new FakeSecrets(), _world.Clock, "Dan");
    }

    public RollbackSettings Settings { get; }

    public RollbackContext Context { get; }

    public FakeClock Clock => _world.Clock;

    public FakeStore Store => _world.Store;

    public EscalationSession Session => _session!;

    /// <summary>What was emitted, each with its second since the begin.</summary>
    public List<(double At, EscalationStep Step)> Emitted { get; } = [];

    public List<string> Warnings { get; } = [];

    /// <summary>The calls, as "30 Ann".</summary>
    public IReadOnlyList<string> Calls => Of(EscalationStepKind.Called);

    public EscalationConfirmation Confirmation => new(Context);

    public static ContactSettings Contact(string name, string level, string? phone = null, params string[] channels) =>
        new() { Name = name, Level = level, Phone = phone, Channels = phone is null && channels.Length == 0 ? ["pager"] : channels };

    public IReadOnlyList<string> Of(EscalationStepKind kind) =>
        [.. Emitted.Where(one => one.Step.Kind == kind).Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.At:0} {one.Step.Contact}").TrimEnd())];

    /// <summary>Begins it, or takes it up.</summary>
    public EscalationWorld Open(Severity severity = Severity.P1, Func<EscalationRequest, EscalationRequest>? change = null)
    {
        var request = new EscalationRequest { IncidentId = Id, Severity = severity, Reason = "Checkout is down" };
        if (_begun == default)
        {
            _begun = Clock.Now;
        }

        (_session, _lease) = new EscalationOpening(Context, Warnings.Add).Open(change?.Invoke(request) ?? request);
        Look();
        return this;
    }

    /// <summary>The process is killed: nothing is written any more, and its lock is free.</summary>
    public void Kill() => _lease!.Dispose();

    /// <summary>Looks once.</summary>
    public void Look() => Emitted.AddRange(_session!.Look().Select(step => ((step.At - _begun).TotalSeconds, step)));

    /// <summary>Runs until that second, with a look each second and when something is due, as the process does.</summary>
    public void RunTo(double second)
    {
        while (true)
        {
            var now = (Clock.Now - _begun).TotalSeconds;
            var due = _session!.Next is { } one && (one.At - _begun).TotalSeconds is var at ? Math.Max(at, now) : double.MaxValue;
            var next = Math.Min(due, Math.Floor(now) + 1);
            if (next > second)
            {
                return;
            }

            WaitTo(next);
            Look();
        }
    }

    /// <summary>Time passes until that second, and nobody looks.</summary>
    public void WaitTo(double second)
    {
        if (_begun + TimeSpan.FromSeconds(second) - Clock.Now is { Ticks: > 0 } left)
        {
            Clock.Pass(left);
        }
    }

    /// <summary>Somebody says something, in another terminal.</summary>
    public EscalationStep Say(EscalationStepKind kind, string? contact = null) => Confirmation.Confirm(Confirmation.Find(Id), kind, contact, note: null);

    /// <summary>A rollback is made and verified, by a watch or a person.</summary>
    public string RollBack(bool isAutomatic, RollbackStatus status = RollbackStatus.Succeeded, double seconds = 10)
    {
        var id = $"rb-{Clock.Now.UtcTicks}";
        Context.Journal.Append(JournalKind.RollbackStarted, id, Sample.Started(id, isAutomatic, Clock.Now), RollbackJson.Compact.RollbackStartedData);
        Clock.Pass(TimeSpan.FromSeconds(seconds));
        Context.Journal.Append(JournalKind.RollbackFinished, id,
            new RollbackFinishedData { Status = status, DurationMilliseconds = seconds * 1000 }, RollbackJson.Compact.RollbackFinishedData);
        return id;
    }
}
