using System.Text.Json.Nodes;
using NJsonSchema;
using RollbackOps.Adapters.PagerDuty;
using RollbackOps.Notifications;

namespace RollbackOps.Adapters.Tests.Notifications;

/// <summary>What PagerDuty is sent, held against the published description of Events API v2.</summary>
public sealed class PagerDutyTests
{
    private const string Details = """{ "type": "object" }""";

    // From the reference of "Send an event": required fields, enumerations and lengths.
    private static readonly Task<JsonSchema> s_alert = JsonSchema.FromJsonAsync($$"""
        {
          "type": "object", "additionalProperties": false, "required": ["routing_key", "event_action"],
          "properties": {
            "routing_key": { "type": "string", "minLength": 32, "maxLength": 32 },
            "event_action": { "enum": ["trigger", "acknowledge", "resolve"] },
            "dedup_key": { "type": "string", "maxLength": 255 },
            "client": { "type": "string" },
            "client_url": { "type": "string" },
            "links": { "type": "array" },
            "images": { "type": "array" },
            "payload": {
              "type": "object", "additionalProperties": false, "required": ["summary", "source", "severity"],
              "properties": {
                "summary": { "type": "string", "minLength": 1, "maxLength": 1024 },
                "source": { "type": "string", "minLength": 1 },
                "severity": { "enum": ["critical", "warning", "error", "info"] },
                "timestamp": { "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z$" },
                "component": { "type": "string" }, "group": { "type": "string" }, "class": { "type": "string" },
                "custom_details": {{Details}}
              }
            }
          },
          "anyOf": [
            { "properties": { "event_action": { "enum": ["trigger"] } }, "required": ["payload"] },
            { "properties": { "event_action": { "enum": ["acknowledge", "resolve"] } }, "required": ["dedup_key"] }
          ]
        }
        """);

    private static readonly Task<JsonSchema> s_change = JsonSchema.FromJsonAsync($$"""
        {
          "type": "object", "additionalProperties": false, "required": ["routing_key", "payload"],
          "properties": {
            "routing_key": { "type": "string", "minLength": 32, "maxLength": 32 },
            "links": { "type": "array" },
            "images": { "type": "array" },
            "payload": {
              "type": "object", "additionalProperties": false, "required": ["summary"],
              "properties": {
                "summary": { "type": "string", "minLength": 1, "maxLength": 1024 },
                "timestamp": { "type": "string" }, "source": { "type": "string" }, "custom_details": {{Details}}
              }
            }
          }
        }
        """);

    [Fact]
    public async Task Incident_FromAlertToEnd_IsTriggeredAcknowledgedAndResolvedUnderOneKey()
    {
        await using var world = (await PeopleWorld.StartAsync()).With("pager");
        foreach (var signal in new[] { NotificationSignal.Alert, NotificationSignal.Acknowledge, NotificationSignal.Resolve })
        {
            await TellAsync(world, NotificationKind.Call, signal, "roll-1");
        }

        var events = world.Server.To("/v2/enqueue").Select(seen => seen.Json).ToList();
        Assert.Equal(["trigger", "acknowledge", "resolve"], events.Select(one => (string?)one["event_action"]));
        Assert.Single(events.Select(one => (string?)one["dedup_key"]).Distinct());
        var schema = await s_alert;
        Assert.All(world.Server.To("/v2/enqueue"), seen => Assert.Empty(schema.Validate(seen.Body)));
        Assert.Empty(world.Server.To("/v2/change/enqueue"));
    }

    [Fact]
    public async Task Rollback_ThatFailsAndThenSucceeds_IsTwoChangesAndOneIncidentThatEnds()
    {
        await using var world = (await PeopleWorld.StartAsync()).With("pager");
        await TellAsync(world, NotificationKind.Outcome, NotificationSignal.Alert, "roll-1");
        await TellAsync(world, NotificationKind.Outcome, NotificationSignal.Resolve, "roll-1");
        // A good one of its own resolves nothing.
        await TellAsync(world, NotificationKind.Outcome, NotificationSignal.Resolve, "roll-2");

        Assert.Equal(["trigger", "resolve"], world.Server.To("/v2/enqueue").Select(seen => (string?)seen.Json["event_action"]));
        var changes = world.Server.To("/v2/change/enqueue");
        Assert.Equal(3, changes.Count);
        var schema = await s_change;
        Assert.All(changes, seen => Assert.Empty(schema.Validate(seen.Body)));
    }

    [Fact]
    public async Task Trigger_AnswerLost_IsSentAgainUnderTheSameKey()
    {
        await using var world = (await PeopleWorld.StartAsync()).With("pager");
        var lost = 0;
        world.Server.After = async (context, seen) => lost++ < 2 && await PeopleServer.SayAsync(context, 503, "", "text/plain");

        await TellAsync(world, NotificationKind.Call, NotificationSignal.Alert, "roll-1");

        var events = world.Server.To("/v2/enqueue").Select(seen => (string?)seen.Json["dedup_key"]).ToList();
        Assert.Equal(3, events.Count);
        Assert.Single(events.Distinct());
    }

    [Fact]
    public async Task Event_OfHugeAndHostileText_StaysWithinTheLimits()
    {
        var order = new DeliveryOrder
        {
            Notification = Hostile.Notification with { Thread = new string('t', 400), Signal = NotificationSignal.Alert },
        };

        var alert = PagerDutyEvent.Alert(order, "trigger", PeopleWorld.RoutingKey);
        var change = PagerDutyEvent.Change(order, PeopleWorld.RoutingKey);

        Assert.Empty((await s_alert).Validate(alert.ToJsonString()));
        Assert.Empty((await s_change).Validate(change.ToJsonString()));
        Assert.InRange(PagerDutyEvent.ToBytes(alert).Length, 1, PagerDutyEvent.MostBytes);
    }

    [Fact]
    public async Task Acknowledgement_InPagerDuty_IsReadBackWithWho()
    {
        await using var world = (await PeopleWorld.StartAsync()).With("pager");
        world.Replace(channel => channel with { PagerDuty = channel.PagerDuty! with { Token = "rest-token-0123456789" } });
        var since = DateTimeOffset.UtcNow.AddMinutes(-1);
        JsonArray acknowledgements = [];
        world.Server.Before = async (context, seen) => seen.Path == "/incidents" && await PeopleServer.SayAsync(context, 200, new JsonObject
        {
            ["incidents"] = new JsonArray(new JsonObject { ["status"] = acknowledgements.Count > 0 ? "acknowledged" : "triggered", ["acknowledgements"] = acknowledgements.DeepClone() }),
        }.ToJsonString());
        using var notifier = world.Open();
        var channel = notifier.Channels[0];
        Assert.True(channel is { CanRing: true, CanReadBack: true });

        Assert.Null(await channel.ReadAcknowledgementAsync(Hostile.Notification, null, since, CancellationToken.None));
        acknowledgements.Add(new JsonObject
        {
            ["at"] = DateTimeOffset.UtcNow.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
            ["acknowledger"] = new JsonObject { ["summary"] = "Ann" },
        });

        Assert.Equal("Ann", (await channel.ReadAcknowledgementAsync(Hostile.Notification, null, since, CancellationToken.None))?.By);
        Assert.All(world.Server.To("/incidents"), seen => Assert.Equal("Token token=rest-token-0123456789", seen.Headers["Authorization"]));
    }

    private static async Task TellAsync(PeopleWorld world, NotificationKind kind, NotificationSignal signal, string thread)
    {
        using var notifier = world.Open();
        notifier.Add(notifier.Composer.New(
            notifier.NewId(), thread, "shop", "production", DateTimeOffset.UtcNow, kind, $"{signal}", [notifier.Composer.Fact("Reason", "Checkout fails")])
            with
        { Signal = signal, Severity = NotificationSeverity.Critical });
        var result = Assert.Single(await notifier.DeliverAsync(CancellationToken.None, CancellationToken.None));
        Assert.True(result.Status == NotificationStatus.Delivered, result.Message);
    }
}
