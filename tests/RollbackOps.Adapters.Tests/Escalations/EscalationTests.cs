using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using RollbackOps.Adapters.Tests.Notifications;
using RollbackOps.Configuration;
using RollbackOps.Escalations;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.Escalations;

/// <summary>An escalation in real time, over real sockets: who is called, and what stops it.</summary>
public sealed class EscalationTests
{
    private static readonly TimeSpan s_wait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentQueue<EscalationStep> _steps = new();

    [Fact]
    public async Task Chain_InRealTime_CallsLevelAfterLevelAndStopsWhenPagerDutySaysSo()
    {
        await using var world = (await PeopleWorld.StartAsync()).Calling(Chain(("Ann", "pager"), ("Bob", "hook"), ("Cleo", "pager")));
        world.Replace(channel => channel.PagerDuty is null ? channel : channel with { PagerDuty = channel.PagerDuty with { Token = "rest-token-0123456789" } });
        // Another page than the first one is acknowledged there.
        string? acknowledged = null;
        world.Server.Before = async (context, seen) => seen.Path == "/incidents" && await PeopleServer.SayAsync(context, 200, new JsonObject
        {
            ["incidents"] = new JsonArray(new JsonObject
            {
                ["status"] = Volatile.Read(ref acknowledged) is { } key && context.Request.Query["incident_key"].ToString().EndsWith(key, StringComparison.Ordinal) ? "acknowledged" : "triggered",
                ["last_status_change_by"] = new JsonObject { ["summary"] = "Cleo Smith" },
            }),
        }.ToJsonString());

        await RunAsync(world, EscalationEnd.Acknowledged, step =>
        {
            if (step is { Kind: EscalationStepKind.Reached, Call: > 1 and var call } && step.Channels[0] == "pager")
            {
                Volatile.Write(ref acknowledged, $"/call-{call}");
            }
        });

        var calls = _steps.Where(step => step.Kind == EscalationStepKind.Called).ToList();
        Assert.Equal("Ann", calls[0].Contact);
        Assert.All(calls, call => Assert.True(call.At >= call.DueAt));
        foreach (var (before, after) in calls.Zip(calls.Skip(1)))
        {
            // None before its time, and one after the other; a machine that stood still for seconds leaves levels out.
            Assert.True(after.DueAt - before.DueAt >= s_wait);
            if (after.DueAt - before.DueAt == s_wait)
            {
                Assert.Equal(before.Contact switch { "Ann" => "Bob", "Bob" => "Cleo", _ => "Ann" }, after.Contact);
            }
        }

        var end = _steps.Single(step => step.Kind == EscalationStepKind.Acknowledged);
        Assert.Equal(("Cleo Smith", "acknowledged in PagerDuty, by way of pager."), (end.By, end.Detail));
        Assert.DoesNotContain(_steps.SkipWhile(step => step != end), step => step.Kind == EscalationStepKind.Called);

        // Each call rang under a key of its own, and each was ended under it.
        var events = world.Server.To("/v2/enqueue").Select(seen => seen.Json).ToList();
        var rung = KeysOf(events, "trigger");
        Assert.Equal(rung.Distinct(), rung);
        Assert.True(rung.Count >= 2);
        Assert.Empty(rung.Except(KeysOf(events, "acknowledge")));
        var hook = world.Server.To("/hook").Select(seen => seen.Json["notification"]!).ToList();
        Assert.Equal(calls.Exists(call => call.Contact == "Bob") ? ["Alert", "Acknowledge"] : [], hook.Take(2).Select(one => (string?)one["signal"]));
        Assert.All(hook.Take(1), one => Assert.Equal("+49 30 1234567", (string?)one["phone"]));
        Assert.DoesNotContain("1234567", string.Join('\n', world.Root.Records(Rollbacks.JournalKind.EscalationStep).Select(record => record.Data.GetRawText())), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Slack_ReactionToTheCall_StopsIt()
    {
        await using var world = (await PeopleWorld.StartAsync()).With("slack").Calling(Chain(("Ann", "slack")));

        await RunAsync(world, EscalationEnd.Acknowledged, step =>
        {
            if (step is { Kind: EscalationStepKind.Reached, Call: 1 })
            {
                world.Server.Change(messages =>
                    messages[0]["reactions"] = new JsonArray(new JsonObject { ["name"] = "eyes", ["users"] = new JsonArray("UANN") }));
            }
        });

        Assert.Equal("UANN", _steps.Single(step => step.Kind == EscalationStepKind.Acknowledged).By);
        Assert.StartsWith("<@UANN1>", (string?)world.Server.To("/slack/chat.postMessage")[0].Json["text"], StringComparison.Ordinal);
        // The thread says who it is.
        Assert.Contains(world.Server.Messages, message => ((string)message["text"]!).Contains("Acknowledged by UANN", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Channel_ThatIsDown_HoldsNobodyUpAndRingsNobodyLate()
    {
        await using var world = (await PeopleWorld.StartAsync()).Calling(Chain(("Ann", "pager"), ("Bob", "hook")));
        var isDown = true;
        world.Server.Before = async (context, seen) => Volatile.Read(ref isDown) && seen.Path == "/v2/enqueue"
            && await PeopleServer.SayAsync(context, 503, "", retryAfter: "30");

        var (isGivenUp, isReached) = (false, false);
        await RunAsync(world, EscalationEnd.Acknowledged, step =>
        {
            isGivenUp |= step is { Kind: EscalationStepKind.Unreached, Contact: "Ann" };
            isReached |= step is { Kind: EscalationStepKind.Reached, Contact: "Bob" };
            if (isGivenUp && isReached && Volatile.Read(ref isDown))
            {
                Volatile.Write(ref isDown, false);
                Confirm(world, EscalationStepKind.Acknowledged);
            }
        });

        Assert.Equal(["Ann", "Bob"], _steps.Where(step => step.Kind == EscalationStepKind.Called).Take(2).Select(call => call.Contact));
        Assert.Contains(_steps, step => step is { Kind: EscalationStepKind.Unreached, Contact: "Ann" });
        // What nobody took in its time is not made up for: the pager only hears the end.
        var events = world.Server.To("/v2/enqueue").Select(seen => seen.Json).ToList();
        Assert.DoesNotContain("trigger", events.SkipWhile(one => (string?)one["event_action"] == "trigger").Select(one => (string?)one["event_action"]));
    }

    [Fact]
    public async Task Chain_HandedOver_EndsWhenPagerDutyHasAccepted()
    {
        await using var world = (await PeopleWorld.StartAsync()).With("pager").Calling(Chain(("Ann", "pager")) with { HandOver = "pager" });

        await RunAsync(world, EscalationEnd.Over, _ => { });
        Assert.Equal([EscalationStepKind.Started, EscalationStepKind.HandedOver, EscalationStepKind.Reached], _steps.Select(step => step.Kind));
        var rung = world.Server.To("/v2/enqueue").Single().Json;
        Assert.Equal("critical", (string?)rung["payload"]!["severity"]);

        // Taken up, it looks once whether somebody acknowledged there, and has nothing else to do.
        await RunAsync(world, EscalationEnd.Over, _ => { });
        Assert.Equal(EscalationStepKind.Continued, _steps.Last().Kind);
        Assert.Equal(4, _steps.Count);

        // Ended from here, it ends there.
        using (var notifier = world.Open())
        {
            notifier.Begin();
        }

        Confirm(world, EscalationStepKind.Resolved);
        await world.DeliverAsync();
        var end = world.Server.To("/v2/enqueue")[^1].Json;
        Assert.Equal(("resolve", (string?)rung["dedup_key"]), ((string?)end["event_action"], (string?)end["dedup_key"]));
    }

    private static EscalationStep Confirm(PeopleWorld world, EscalationStepKind kind)
    {
        var confirmation = new EscalationConfirmation(SampleSettings.Open(world.Settings));
        return confirmation.Confirm(confirmation.Find(EscalationRuns.Id), kind, contact: null, note: null);
    }

    private static List<string> KeysOf(IEnumerable<JsonNode> events, string action) =>
        [.. events.Where(one => (string?)one["event_action"] == action).Select(one => (string)one["dedup_key"]!)];

    private static EscalationSettings Chain(params (string Contact, string Channel)[] contacts) => new()
    {
        Automatic = TimeSpan.FromMilliseconds(200),
        Levels = [.. contacts.Select(one => new LevelSettings { Name = one.Contact, Wait = s_wait })],
        Contacts =
        [
            .. contacts.Select(one => new ContactSettings
            {
                Name = one.Contact, Level = one.Contact, Phone = one.Channel == "hook" ? "+49 30 1234567" : null, Channels = [one.Channel], Slack = "UANN1",
            }),
        ],
    };

    private async Task RunAsync(PeopleWorld world, EscalationEnd end, Action<EscalationStep> seen)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await EscalationRuns.RunAsync(world.Context, end, step =>
        {
            _steps.Enqueue(step);
            seen(step);
        }, patience.Token, s_look);
    }
}
