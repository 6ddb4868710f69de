using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace RollbackOps.Adapters.Tests.Vercel;

/// <summary>An answer of the fake.</summary>
internal sealed record FakeAnswer(int Status, string? Body = null, string ContentType = "application/json; charset=utf-8");

internal sealed partial class FakeVercel
{
    private static readonly (string Method, Regex Path, Func<FakeVercel, FakeCall, FakeAnswer> Handle)[] s_routes =
    [
        Route("GET", "v2/user", (_, _) => Ok(new JsonObject { ["user"] = User() })),
        Route("GET", @"v\d+/teams", (_, _) => Ok(new JsonObject { ["teams"] = new JsonArray(Team("OWNER")), ["pagination"] = Pages(null, 1) })),
        Route("GET", @"(?:v\d+/)?teams/([^/]+)", (fake, _) => Ok(Team(fake.Role))),
        Route("GET", "v5/user/tokens/current", (fake, _) => fake.TokenMetadata is { } token
            ? Ok(new JsonObject { ["token"] = token.DeepClone() }) : Error(404, "not_found", "Token not found")),
        Route("GET", "v9/projects/([^/]+)", (fake, call) => fake.Project(call)),
        Route("PATCH", "v9/projects/([^/]+)", (fake, call) => fake.Change(call)),
        Route("GET", @"v\d+/projects/([^/]+)/env", (fake, call) => fake.Environment(call)),
        Route("GET", "v1/projects/([^/]+)/rolling-release", (fake, _) => Ok(new JsonObject { ["rollingRelease"] = fake.RollingRelease() })),
        Route("GET", "v[67]/deployments", (fake, call) => fake.List(call)),
        Route("GET", @"v\d+/deployments/([^/]+)", (fake, call) => fake.One(call, one => Ok(fake.Shape(one, isListed: false)))),
        Route("GET", @"v\d+/deployments/([^/]+)/aliases", (fake, call) => fake.One(call, one => Ok(fake.AliasesOf(one)))),
        Route("POST", "v2/deployments/([^/]+)/aliases", (fake, call) => fake.One(call, one => fake.Assign(one, call))),
        Route("PATCH", @"v12/deployments/([^/]+)/cancel", (fake, call) => fake.One(call, fake.Cancel)),
        Route("POST", @"v\d+/projects/([^/]+)/rollback/([^/]+)", (fake, call) => fake.Switch("rollback", call)),
        Route("POST", @"v\d+/projects/([^/]+)/promote/([^/]+)", (fake, call) => fake.Switch("promote", call)),
        Route("GET", @"v\d+/projects/([^/]+)/(rollback|promote)/aliases", (fake, call) => fake.SwitchedAliases(call)),
        Route("GET", @"v\d+/deployments/([^/]+)/events", (fake, call) => fake.Events(call)),
        Route("GET", "v1/projects/([^/]+)/deployments/([^/]+)/runtime-logs", (fake, _) =>
            new FakeAnswer(200, string.Concat(fake.RuntimeLog.Select(line => line + "\n")), "application/stream+json")),
    ];

    /// <summary>Answers a request.</summary>
    public FakeAnswer Answer(string method, string pathAndQuery, string? authorization, string body)
    {
        lock (_gate)
        {
            Settle();
            var path = pathAndQuery.Split('?')[0];
            Calls.Add($"{method} {path}");
            if (authorization != $"Bearer {Token}")
            {
                return Error(403, "forbidden", "Not authorized", invalidToken: true);
            }

            var query = Query(pathAndQuery);
            if ((query.GetValueOrDefault("teamId") ?? TeamId) != TeamId || (query.GetValueOrDefault("slug") ?? TeamSlug) != TeamSlug)
            {
                return Error(403, "forbidden", "You don't have permission to access this team");
            }

            foreach (var (routeMethod, pattern, handle) in s_routes)
            {
                if (routeMethod == method && pattern.Match(path) is { Success: true } match)
                {
                    return handle(this, new FakeCall([.. match.Groups.Values.Skip(1).Select(group => Uri.UnescapeDataString(group.Value))], query, body));
                }
            }

            return Error(404, "not_found", $"No such route: {method} {path}");
        }
    }

    public static FakeAnswer Error(int status, string code, string message, bool invalidToken = false)
    {
        var error = new JsonObject { ["code"] = code, ["message"] = message };
        if (invalidToken)
        {
            error["invalidToken"] = true;
        }

        return new FakeAnswer(status, new JsonObject { ["error"] = error }.ToJsonString());
    }

    private FakeAnswer Project(FakeCall call) => call.Parts[0] is ProjectId or ProjectName
        ? Ok(ProjectShape(call.Query.ContainsKey("rollbackInfo")))
        : Error(404, "not_found", "Project not found");

    private FakeAnswer Environment(FakeCall call) => call.Parts[0] is ProjectId or ProjectName
        ? Ok(new JsonObject { ["envs"] = new JsonArray([.. Variables.Select(Shape)]), ["hiddenProductionEnvCount"] = 0 })
        : Error(404, "not_found", "Project not found");

    private FakeAnswer Change(FakeCall call)
    {
        AutoAssign = JsonNode.Parse(call.Body)?["autoAssignCustomDomains"]?.GetValue<bool>() ?? AutoAssign;
        return Ok(ProjectShape(withRollback: false));
    }

    private FakeAnswer One(FakeCall call, Func<FakeDeployment, FakeAnswer> handle) =>
        Deployments.Find(one => one.Id == call.Parts[0] || AddressOf(one) == call.Parts[0]) is { } found
            ? handle(found)
            : Error(404, "not_found", "Deployment not found");

    private FakeAnswer List(FakeCall call)
    {
        var states = call.Query.GetValueOrDefault("state")?.Split(',');
        var limit = int.Parse(call.Query.GetValueOrDefault("limit") ?? "20", null);
        if (limit is < 1 or > 100)
        {
            return Error(400, "bad_request", "limit should be <= 100");
        }

        var fit = Deployments.Where(one => one.ProjectId == ProjectId
                && (states is null || states.Contains(one.State))
                && (call.Query.GetValueOrDefault("target") is not { } target || one.Target == target)
                && (Number(call, "since") is not { } since || one.CreatedAt.ToUnixTimeMilliseconds() > since)
                && (Number(call, "until") is not { } until || one.CreatedAt.ToUnixTimeMilliseconds() < until))
            .OrderByDescending(one => one.CreatedAt).ToList();
        var page = fit.Take(limit).ToList();
        var next = fit.Count > page.Count ? page[^1].CreatedAt.ToUnixTimeMilliseconds() : (long?)null;
        return Ok(new JsonObject
        {
            ["deployments"] = new JsonArray([.. page.Select(one => (JsonNode)Shape(one, isListed: true))]),
            ["pagination"] = Pages(next, page.Count),
        });
    }

    private FakeAnswer Assign(FakeDeployment deployment, FakeCall call)
    {
        var alias = JsonNode.Parse(call.Body)!["alias"]!.GetValue<string>();
        if (StuckForGood.Contains(alias))
        {
            return Error(409, "alias_in_use", $"The alias {alias} is in use");
        }

        Aliases[alias] = deployment.Id;
        return Ok(new JsonObject { ["uid"] = $"alias_{alias}", ["alias"] = alias, ["created"] = "2026-03-01T12:00:00.000Z" });
    }

    private FakeAnswer Cancel(FakeDeployment deployment)
    {
        if (deployment.State is not ("BUILDING" or "QUEUED" or "INITIALIZING"))
        {
            return Error(400, "bad_request", "The deployment cannot be canceled");
        }

        deployment.State = "CANCELED";
        return Ok(Shape(deployment, isListed: false));
    }

    private FakeAnswer Switch(string type, FakeCall call)
    {
        if (Refusal is { } refusal)
        {
            return Error(refusal.Status, refusal.Code, $"Refused with {refusal.Code}");
        }

        if (call.Query.GetValueOrDefault("description") is { Length: > 250 })
        {
            return Error(400, "bad_request", "description should be at most 250 characters");
        }

        if (Deployments.Find(one => one.Id == call.Parts[1]) is not { } target)
        {
            return Error(404, "not_found", "Deployment not found");
        }

        if (target is { State: "DELETED" })
        {
            return Error(410, "deployment_deleted", "The deployment is gone");
        }

        if (target is not { State: "READY", Target: "production" })
        {
            return Error(422, "not_production", "The deployment is no production deployment");
        }

        OnSwitch?.Invoke();
        if (Job is { Status: "pending" or "in-progress" })
        {
            return Error(409, "alias_request_in_progress", "Another request is in progress");
        }

        if (type == "promote" && Canary is not null)
        {
            Switches++;
            return new FakeAnswer(202);
        }

        Begin(type, target.Id);
        if (type == "rollback")
        {
            Description = new JsonObject
            {
                ["createdAt"] = clock.GetUtcNow().ToUnixTimeMilliseconds(),
                ["description"] = call.Query.GetValueOrDefault("description") ?? "",
                ["userId"] = "usr_ann",
                ["username"] = "ann",
            };
        }

        return new FakeAnswer(201);
    }

    private FakeAnswer SwitchedAliases(FakeCall call)
    {
        var all = Job is not { } job || job.Type != call.Parts[1] ? [] : job.Aliases
            .Where(alias => !call.Query.ContainsKey("failedOnly") || StatusOf(job, alias) == "failed")
            .Select(alias => (JsonNode)new JsonObject
            {
                ["id"] = $"alias_{alias}",
                ["status"] = StatusOf(job, alias),
                ["alias"] = new JsonObject { ["alias"] = alias, ["deploymentId"] = Aliases[alias] },
            }).ToArray();
        return Ok(new JsonObject { ["aliases"] = new JsonArray(all), ["pagination"] = Pages(null, all.Length) });
    }

    private FakeAnswer Events(FakeCall call) => call.Query.ContainsKey("follow")
        ? new FakeAnswer(200, string.Concat(BuildLog.Select(line => Event(line).ToJsonString() + "\n")), "application/stream+json")
        : new FakeAnswer(200, new JsonArray([.. BuildLog.Select(line => (JsonNode)Event(line))]).ToJsonString());

    private static string StatusOf(FakeJob job, string alias) => job.Moved.Contains(alias) ? "completed"
        : job.Status is "pending" or "in-progress" ? job.Status : "failed";

    private static FakeAnswer Ok(JsonNode json) => new(200, json.ToJsonString(JsonSerializerOptions.Default));

    private static long? Number(FakeCall call, string name) =>
        call.Query.GetValueOrDefault(name) is { } text ? long.Parse(text, null) : null;

    private static Dictionary<string, string> Query(string pathAndQuery) => pathAndQuery.Contains('?', StringComparison.Ordinal)
        ? pathAndQuery.Split('?', 2)[1].Split('&').Select(pair => pair.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair.ElementAtOrDefault(1)?.Replace('+', ' ') ?? ""))
        : [];

    private static (string, Regex, Func<FakeVercel, FakeCall, FakeAnswer>) Route(
        string method, string path, Func<FakeVercel, FakeCall, FakeAnswer> handle) => (method, new Regex($"^/{path}$"), handle);

    internal sealed record FakeCall(string[] Parts, IReadOnlyDictionary<string, string> Query, string Body);
}
