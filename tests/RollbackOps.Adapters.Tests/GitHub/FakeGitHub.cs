using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using RollbackOps.Adapters.Tests.Vercel;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.GitHub;

/// <summary>
/// GitHub, as far as deployments and Actions are concerned: runs that begin, go on and end, concurrency groups with one
/// running and one pending run, deployments with statuses, checks.
/// </summary>
internal sealed partial class FakeGitHub(VirtualClock clock)
{
    public const string Token = SampleSettings.GitHubToken;
    public const string Root = "/repos/acme/shop";

    private readonly Lock _gate = new();
    private long _next = 1000;

    public List<FakeDeployment> Deployments { get; } = [];

    public List<FakeRun> Runs { get; } = [];

    public List<(string Name, string Status, string? Conclusion)> CheckRuns { get; } = [];

    public List<(string Context, string State)> Statuses { get; } = [];

    /// <summary>How many runs were started by a dispatch.</summary>
    public int Dispatches { get; private set; }

    /// <summary>Whether a dispatch is answered with the run; an older server answers 204.</summary>
    public bool GivesDetails { get; set; } = true;

    /// <summary>Whether the run's title shows the rollback's id.</summary>
    public bool ShowsId { get; set; } = true;

    /// <summary>Whether the flag for details is turned away, as by a server that does not know it.</summary>
    public bool RefusesFlag { get; set; }

    public string WorkflowState { get; set; } = "active";

    public bool MayPush { get; set; } = true;

    public bool HasLogin { get; set; } = true;

    /// <summary>How the next dispatched run ends; null: it goes on and on.</summary>
    public string? Conclusion { get; set; } = "success";

    /// <summary>How its job ends, where that is something else.</summary>
    public string? JobConclusion { get; set; }

    /// <summary>Whether its job deploys before it fails.</summary>
    public bool DeploysFirst { get; set; }

    /// <summary>The group that dispatched runs belong to.</summary>
    public string Group { get; set; } = "rollback";

    /// <summary>How long a run takes to be seen.</summary>
    public TimeSpan AppearsAfter { get; set; } = TimeSpan.Zero;

    public FakeDeployment Deploy(string sha, params string[] states) => Deploy(sha, TimeSpan.FromMinutes(1), states);

    private FakeDeployment Deploy(string sha, TimeSpan pause, string[] states)
    {
        var deployment = new FakeDeployment(++_next, sha, "production", clock.GetUtcNow());
        foreach (var state in states)
        {
            clock.Pass(pause);
            deployment.Statuses.Insert(0, new FakeStatus(++_next, state, clock.GetUtcNow(), LogUrl: null));
        }

        Deployments.Insert(0, deployment);
        return deployment;
    }

    public FakeRun Run(string workflow, string title, string @event = "push", string? group = null, string actor = "ann")
    {
        var run = new FakeRun(++_next, workflow, title, @event, actor, clock.GetUtcNow(), group ?? workflow);
        var others = Runs.Where(other => other.Group == run.Group && !other.IsOver).ToList();
        if (others.Count > 0)
        {
            // One runs and one waits; whoever waited goes without a word.
            others.Where(other => other.Status == "pending").ToList().ForEach(other => other.End("cancelled"));
            run.Status = "pending";
        }

        Runs.Insert(0, run);
        return run;
    }

    public FakeAnswer Answer(string method, string path, IReadOnlyDictionary<string, string> query, string body)
    {
        lock (_gate)
        {
            return Match(path) switch
            {
                ("user", _, _) => HasLogin ? new(200, User("ann")) : Error(403, "Resource not accessible by integration"),
                ("", _, _) => new(200, Repository()),
                ("deployments", "", _) => Page(Deployments.Where(one => one.Environment == query["environment"]), query, Shape, items => items),
                ("deployments", var id, "") => Deployments.Find(one => Is(one.Id, id)) is { } one ? new(200, Shape(one)) : NotFound(),
                ("deployments", var id, "statuses") => Page(Deployments.First(one => Is(one.Id, id)).Statuses, query, Shape, items => items),
                ("git/commits", var sha, _) => new(200, new JsonObject
                {
                    ["sha"] = sha,
                    ["message"] = $"Change {sha[..4]}\n\nbody",
                    ["author"] = new JsonObject { ["name"] = "Ann\u001b[2J" },
                }),
                ("actions/workflows", _, "") => new(200, Workflow(WorkflowState)),
                ("actions/workflows", var workflow, "runs") => Page(Runs.Where(run => IsAsked(run, workflow, query)), query, Tick, items => Listed("workflow_runs", items)),
                ("actions/workflows", var workflow, "dispatches") => Dispatch(workflow, JsonNode.Parse(body)!),
                ("actions/runs", var id, "") => Find(id) is { } run ? new(200, Tick(run)) : NotFound(),
                ("actions/runs", var id, "jobs") => new(200, Listed("jobs", new JsonArray(JobOf(Find(id)!)))),
                ("actions/runs", var id, "cancel" or "force-cancel") => Cancel(Find(id)!),
                ("issues", "", _) when method == "GET" => Page(Issues.Where(one => one.UpdatedAt >= DateTimeOffset.Parse(query["since"], CultureInfo.InvariantCulture)).OrderByDescending(one => one.Number), query, Shape, items => items),
                ("issues", "", _) => OpenIssue(JsonNode.Parse(body)!),
                ("issues", var number, _) => EditIssue(long.Parse(number, CultureInfo.InvariantCulture), JsonNode.Parse(body)!),
                ("commits", _, "check-runs") => new(200, Listed("check_runs", new JsonArray([.. CheckRuns.Select(Shape)]))),
                ("commits", _, "status") => new(200, Combined(Statuses)),
                _ => NotFound(),
            };
        }
    }

    public static FakeAnswer Error(int status, string message) =>
        new(status, new JsonObject { ["message"] = message, ["documentation_url"] = "https://docs.github.com/rest", ["status"] = status.ToString(CultureInfo.InvariantCulture) });

    private static (string, string, string) Match(string path)
    {
        if (path == "/user")
        {
            return ("user", "", "");
        }

        var match = Form().Match(path);
        return (match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value);
    }

    private static bool Is(long number, string text) => number.ToString(CultureInfo.InvariantCulture) == text;

    private FakeRun? Find(string id) => Runs.Find(run => Is(run.Id, id));

    private static FakeAnswer NotFound() => Error(404, "Not Found");

    private bool IsAsked(FakeRun run, string workflow, IReadOnlyDictionary<string, string> query) =>
        run.Workflow == workflow
        && clock.Now >= run.CreatedAt + (run.IsDispatched ? AppearsAfter : TimeSpan.Zero)
        && (!query.TryGetValue("event", out var @event) || run.Event == @event)
        && (!query.TryGetValue("status", out var status) || run.Status == status)
        && (!query.TryGetValue("created", out var created) || run.CreatedAt >= DateTimeOffset.Parse(created[2..], CultureInfo.InvariantCulture));

    private FakeAnswer Dispatch(string workflow, JsonNode asked)
    {
        var details = asked["return_run_details"] is not null;
        if (RefusesFlag && details)
        {
            return Error(422, "Invalid request. \"return_run_details\" is not a permitted key.");
        }

        Dispatches++;
        var inputs = asked["inputs"]!;
        var run = Run(workflow, ShowsId ? $"Rollback {inputs["rollback_id"]}" : "Rollback", "workflow_dispatch", Group);
        run.IsDispatched = true;
        run.EndsWith = Conclusion;
        run.JobConclusion = JobConclusion;
        run.DeploysFirst = DeploysFirst;
        run.OnDeploy = () =>
        {
            var made = Deploy((string)inputs["commit"]!, TimeSpan.Zero, ["in_progress", "success"]);
            made.Statuses[0] = made.Statuses[0] with { LogUrl = $"https://github.com/acme/shop/actions/runs/{run.Id}/job/1" };
        };
        return details && GivesDetails
            ? new(200, new JsonObject
            {
                ["workflow_run_id"] = run.Id,
                ["run_url"] = $"https://api.github.com{Root}/actions/runs/{run.Id}",
                ["html_url"] = $"https://github.com/acme/shop/actions/runs/{run.Id}",
            })
            : new(204, Body: null);
    }

    private FakeAnswer Cancel(FakeRun run)
    {
        if (run.IsOver)
        {
            return Error(409, "Cannot cancel a workflow run that is completed.");
        }

        run.EndsWith = "cancelled";
        return new(202, new JsonObject());
    }

    /// <summary>A run as it is; looked at, it goes one step on.</summary>
    private JsonObject Tick(FakeRun run)
    {
        var shape = Shape(run);
        if (run.Status == "queued" || (run.Status == "pending" && (run.EndsWith == "cancelled" || !Runs.Any(other => other != run && other.Group == run.Group && other.Status == "in_progress"))))
        {
            run.Status = "in_progress";
        }
        else if (run is { Status: "in_progress", EndsWith: { } end })
        {
            run.End(end);
        }

        return shape;
    }

    [GeneratedRegex("^/repos/acme/shop(?:/(actions/(?:workflows|runs)|git/commits|deployments|issues|commits)(?:/([^/]+)(?:/([a-z-]+))?)?)?$")]
    private static partial Regex Form();
}

internal sealed record FakeAnswer(int Status, JsonNode? Body, bool HasNext = false);

internal sealed record FakeStatus(long Id, string State, DateTimeOffset At, string? LogUrl);

internal sealed record FakeDeployment(long Id, string Sha, string Environment, DateTimeOffset CreatedAt)
{
    public List<FakeStatus> Statuses { get; } = [];

    /// <summary>What whoever deployed said of it; Octokit's own reader throws at a text.</summary>
    public JsonNode Payload { get; set; } = "{}";
}

internal sealed class FakeRun(long id, string workflow, string title, string @event, string actor, DateTimeOffset createdAt, string group)
{
    public long Id => id;

    public string Workflow => workflow;

    public string Title => title;

    public string Event => @event;

    public string Actor => actor;

    public DateTimeOffset CreatedAt => createdAt;

    public string Group => group;

    public string Status { get; set; } = "queued";

    public string? Conclusion { get; private set; }

    public string? EndsWith { get; set; }

    public string? JobConclusion { get; set; }

    public bool IsDispatched { get; set; }

    public bool HasBegun { get; private set; }

    public bool DeploysFirst { get; set; }

    public Action? OnDeploy { get; set; }

    public bool IsOver => Status == "completed";

    public void End(string conclusion)
    {
        HasBegun = Status == "in_progress";
        (Status, Conclusion) = ("completed", conclusion);
        if (DeploysFirst || (conclusion == "success" && JobConclusion is null))
        {
            OnDeploy?.Invoke();
        }
    }
}
