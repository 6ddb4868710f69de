using System.Text;
using System.Text.Json.Nodes;
using NJsonSchema;
using RollbackOps.Configuration;

namespace RollbackOps.Adapters.Tests.Configuration;

/// <summary>
/// Holds the published schema against the reader: both accept, or both refuse. The exceptions are those that
/// <see cref="ConfigurationSchema"/> documents; each is in <see cref="OnlyTheReader"/>.
/// </summary>
public class SchemaAgreementTests
{
    private static readonly Task<JsonSchema> s_schema = JsonSchema.FromJsonAsync(ConfigurationSchema.ToJson());

    private const string Whole = """
        {
          "$schema": "./rollback.schema.json",
          "project": "shop",
          "environment": "production",
          "platform": {
            "type": "releaseDirectory",
            "root": "deploy",
            "activate": { "command": ["systemctl", "restart", ""], "workingFolder": ".", "timeout": "45s", "variables": { "API_TOKEN": "env:T", "MODE": "fast" } },
            "probe": { "command": ["serve"] },
            "vercel": { "project": "prj_1", "team": "acme", "token": "env:T", "protectionBypass": "secret:ops/bypass", "api": "http://127.0.0.1:80", "switchTimeout": "1m" },
            "servedTimeout": "00:01:00"
          },
          "repository": { "path": "..", "remote": "up", "branch": "feature/x", "migrations": ["db/**"],
            "rollback": "revert", "developmentBranch": "dev", "deploymentPattern": "^v[0-9]+" },
          "health": {
            "addresses": ["https://shop.example/app", "HTTP://localhost:80"],
            "control": "https://example.com/ok?x=1",
            "timeout": "500ms",
            "headers": { "Authorization": "secret:ops/shop", "Accept": "a/b" },
            "checks": [
              {
                "name": "chat", "path": "/api/chat?probe=1", "method": "POST", "body": { "message": "Hi", "n": 1.5 },
                "contentType": "application/json; charset=utf-8", "headers": { "X-Probe": "1" }, "status": [200, 201],
                "contains": "ok", "json": { "$.ready": true, "$.count": 3, "$.status": "up" },
                "identity": { "json": "$.release", "is": "commit", "startedAt": "$.startedAt" },
                "signal": "featureBroken", "timeout": "3s"
              },
              { "name": "live", "path": "/", "status": 204, "body": [], "identity": { "header": "X-Release" } }
            ]
          },
          "prometheus": {
            "address": "https://metrics.example/base", "headers": { "X-Scope-OrgID": "shop" }, "selector": "job=\"shop\"",
            "metric": "http_requests_total", "statusLabel": "code", "histogram": "seconds", "nodeSelector": "job=\"node\"", "window": "2h",
            "queries": { "requests": "sum by (pod) (x)", "errors": "y", "buckets": "z", "errorRatePercent": "1", "p95": "2", "memory": "3", "cpu": "4" }
          },
          "policy": { "immediateErrorRatePercent": 7.5, "probeRounds": 3, "planLifetime": "PT5M", "inFlight": "freeze" },
          "reports": { "folder": "/var/reports", "owner": "ops" },
          "notifications": {
            "budget": "5s",
            "channels": [
              { "name": "ops", "slack": { "token": "env:SLACK_TOKEN", "channel": "C0123456789", "api": "https://slack.example/api" } },
              { "name": "ops-in", "slack": { "webhook": "secret:ops/slack" } },
              { "name": "pager", "pagerDuty": { "routingKey": "env:PD", "events": "http://127.0.0.1:80", "token": "env:PD_TOKEN", "api": "https://pd.example" } },
              { "name": "hook", "webhook": { "address": "https://hook.example/in", "secret": "env:HOOK", "headers": { "X-Team": "shop" }, "rings": true } },
              { "name": "mail", "mail": { "host": "smtp.example", "port": 465, "encryption": "tls", "user": "ops", "password": "env:SMTP",
                "from": "rollback@shop.example", "to": ["ops@shop.example"] } }
            ]
          },
          "escalation": {
            "automatic": "45s", "stalledAfter": "20m",
            "levels": [{ "name": "first" }, { "name": "boss", "wait": "2m", "severity": "p2" }],
            "contacts": [{ "name": "Ann Lee", "level": "first", "phone": "+49 (30) 123-45", "slack": "U0123456789" }],
            "quietHours": { "from": "22:00", "to": "07:30", "zone": "Europe/Berlin" }
          },
          "redaction": { "patterns": ["C-[0-9]+"] },
          "readiness": { "backupAge": "12h", "recoveryTime": "20m", "drillAge": "90d", "reviewAge": "90d", "lastReview": "2026-11-28", "reviewedBy": "Ann",
            "pinAge": "4h", "tokenExpiry": "7d", "clockSkew": "2s", "freeSpace": 512 },
          "environments": {
            "staging": {
              "platform": { "activate": { "timeout": "9s" }, "probe": { "variables": { "A": "b" } } },
              "health": { "checks": [{ "name": "a", "path": "/" }] },
              "policy": { "confirmingReads": 1 },
              "reports": {}, "repository": {}
            }
          }
        }
        """;

    private const string Removed = "removed";

    // Values that some setting takes and others refuse: each is put in each place.
    private static readonly string[] s_values =
    [
        "null", "true", "0", "3", "250", "99.5", "-1", "1e3", "[]", "{}", "\"\"", "\" \"", "\"x\"", "\"5m\"", "\"90\"", "\"1h30m\"",
        "\"00:05:00\"", "\"m\"", "\"/a\"", "\"//a\"", "\"a b\"", "\"GET\"", "\"freeze\"", "\"id\"", "\"env:A\"", "\"env:\"",
        "\"secret:a/b\"", "\"secret:a/b/c\"", "\"http://a\"", "\"http://a?b\"", "\"http://u@a\"", "\"ftp://a\"", "\"-x\"", "\"a..b\"",
        "\"a\\u0000b\"", "\"a\\u202eb\"", "\"ä\"", "[\"x\"]", "[\"\"]", "[200]", "[200, \"x\"]", "[{}]", "{ \"a\": \"b\" }",
        "{ \"a\": 1 }", "{ \"a b\": \"c\" }", "{ \"X-Token\": \"c\" }", "{ \"command\": [\"x\"] }", "{ \"json\": \"$.a\" }",
        "[{ \"name\": \"a\", \"path\": \"/\" }]",
    ];

    public static TheoryData<string> OnlyTheReader => new(
        """{ "project": "a", "project": "b" }""",
        """{ "policy": { "planLifetime": "400d" } }""",
        """{ "policy": { "planLifetime": "99999999999999999999s" } }""",
        """{ "policy": { "assessErrorRatePercent": 50 } }""",
        """{ "health": { "addresses": ["http://[x"] } }""",
        """{ "health": { "headers": { "A": "b", "a": "b" } } }""",
        """{ "health": { "checks": [{ "name": "a", "path": "/" }, { "name": "a", "path": "/" }] } }""",
        """{ "platform": { "probe": { "command": ["run", "--token", "abc"] } } }""",
        """{ "project": "AKIAABCDEFGHIJKLMNOP" }""",
        """{ "prometheus": { "address": "http://metrics.example/", "token": "env:T" } }""",
        """{ "notifications": { "channels": [{ "name": "a", "slack": { "token": "env:T" } }] } }""",
        """{ "escalation": { "contacts": [{ "name": "Ann", "level": "first", "phone": "112" }] } }""",
        """{ "escalation": { "contacts": [{ "name": "Ann", "level": "primary" }] } }""",
        """{ "escalation": { "contacts": [{ "name": "Ann", "level": "primary", "channels": ["pager"] }] } }""",
        """{ "escalation": { "contacts": [{ "name": "Ann", "level": "primary", "phone": "112" }, { "name": "ann", "level": "primary", "phone": "112" }] } }""",
        """{ "escalation": { "quietHours": { "from": "22:00", "to": "22:00" } } }""",
        """{ "escalation": { "quietHours": { "from": "22:00", "to": "06:00", "zone": "Mars/Olympus" } } }""",
        """{ "escalation": { "handOver": "a" }, "notifications": { "channels": [{ "name": "a", "slack": { "webhook": "env:H" } }] } }""",
        """{ "notifications": { "channels": [{ "name": "a", "mail": { "host": "h", "password": "env:P", "from": "a@b", "to": ["c@d"] } }] } }""");

    [Theory]
    [InlineData("{}")]
    [InlineData(Whole)]
    [InlineData("""{ "environments": {} }""")]
    public async Task Schema_GoodDocument_IsAcceptedByBoth(string json)
    {
        Assert.Empty((await s_schema).Validate(json));
        Assert.True(ReaderAccepts(json));
    }

    [Theory]
    [MemberData(nameof(OnlyTheReader))]
    public async Task Schema_DocumentedException_IsRefusedByTheReaderAlone(string json)
    {
        Assert.Empty((await s_schema).Validate(json));
        Assert.False(ReaderAccepts(json));
    }

    [Fact]
    public async Task Schema_EveryMutationOfTheWholeDocument_IsJudgedAlike()
    {
        var schema = await s_schema;
        var count = 0;
        var refused = 0;
        var disagreements = new List<string>();
        foreach (var (what, json) in Mutations())
        {
            count++;
            var bySchema = schema.Validate(json).Count == 0;
            var byReader = ReaderAccepts(json);
            refused += byReader ? 0 : 1;
            if (bySchema != byReader)
            {
                disagreements.Add($"{what}: schema {(bySchema ? "accepts" : "refuses")}, reader {(byReader ? "accepts" : "refuses")}");
            }
        }

        Assert.True(disagreements.Count == 0, string.Join('\n', disagreements));
        // Otherwise the mutations would prove nothing.
        Assert.InRange(count, 2_000, int.MaxValue);
        Assert.InRange(refused, count / 4, count * 9 / 10);
    }

    private static IEnumerable<(string What, string Json)> Mutations()
    {
        foreach (var path in Paths(JsonNode.Parse(Whole)!, []))
        {
            foreach (var value in s_values.Where(value => !IsException(path, value)))
            {
                yield return ($"{string.Join('.', path)} = {value}", Mutate(path, (parent, step) => Set(parent, step, JsonNode.Parse(value))));
            }

            if (!IsException(path, Removed))
            {
                yield return ($"{string.Join('.', path)} removed", Mutate(path, Remove));
            }

            yield return ($"{string.Join('.', path)} beside a stranger", Mutate(path, (parent, step) =>
            {
                if (parent is JsonObject named)
                {
                    named["strange name"] = 1;
                }
            }));
        }
    }

    // A value within the schema that breaks a rule between settings, or a duration out of bounds.
    private static bool IsException(IReadOnlyList<object> path, string value) => (path[^1], value) switch
    {
        ("immediateErrorRatePercent", "0") => true,
        // A whole number to the standard and to the reader, not to this validator.
        ("confirmingReads" or "port" or "freeSpace", "1e3") => true,
        // A token that lacks its channel, a password that lacks its user.
        ("channel" or "user", Removed) => true,
        // A contact at a level that is not there, or whom nothing reaches; a zone that is none; a pager that is none.
        ("level" or "phone", Removed) => path[0] is "escalation",
        ("level" or "zone", ['"', ..]) => true,
        ("handOver", ['"', ..]) => true,
        ("name", ['"', ..]) => path[1] is "levels",
        (0 or "levels", Removed) => path[1] is "levels",
        (string name, "\"1h30m\"" or "\"00:05:00\"" or "\"5m\"") => name is "timeout" or "servedTimeout" or "window" or "budget",
        _ => false,
    };

    private static IEnumerable<IReadOnlyList<object>> Paths(JsonNode node, IReadOnlyList<object> path)
    {
        var children = node switch
        {
            JsonObject named => named.Select(one => ((object)one.Key, one.Value!)),
            JsonArray list => list.Select((one, index) => ((object)index, one!)),
            _ => [],
        };
        return children.SelectMany(child => Paths(child.Item2, [.. path, child.Item1]).Prepend([.. path, child.Item1]));
    }

    private static string Mutate(IReadOnlyList<object> path, Action<JsonNode, object> change)
    {
        var root = JsonNode.Parse(Whole)!;
        var parent = path.Take(path.Count - 1).Aggregate(root, (node, step) => step is int i ? node[i]! : node[(string)step]!);
        change(parent, path[^1]);
        return root.ToJsonString();
    }

    private static void Set(JsonNode parent, object step, JsonNode? value)
    {
        if (step is int index)
        {
            parent[index] = value;
        }
        else
        {
            parent[(string)step] = value;
        }
    }

    private static void Remove(JsonNode parent, object step)
    {
        if (step is int index)
        {
            parent.AsArray().RemoveAt(index);
        }
        else
        {
            parent.AsObject().Remove((string)step);
        }
    }

    private static bool ReaderAccepts(string json)
    {
        try
        {
            RollbackConfiguration.Read(
                new ConfigurationRequest { StartFolder = "/" }, "/srv/rollback.json", "/srv", Encoding.UTF8.GetBytes(json));
            return true;
        }
        catch (RollbackOpsException)
        {
            return false;
        }
    }
}
