using System.Text.Json.Nodes;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.Vercel;

/// <summary>A deployment on the fake.</summary>
internal sealed record FakeDeployment(string Id, DateTimeOffset CreatedAt)
{
    public string State { get; set; } = "READY";

    public string? Substate { get; set; } = "PROMOTED";

    public string? Target { get; set; } = "production";

    public string ProjectId { get; set; } = FakeVercel.ProjectId;

    public bool? IsCandidate { get; set; } = true;

    public DateTimeOffset? LiveAt { get; set; }

    public JsonObject Meta { get; set; } = [];

    public string? Error { get; set; }
}

/// <summary>An environment variable on the fake.</summary>
internal sealed record FakeVariable(string Key, DateTimeOffset ChangedAt, params string[] Targets)
{
    public const string Secret = "value-0123456789-secret";

    public string Value { get; } = Secret;
}

/// <summary>A switch on the fake, while it runs and after.</summary>
internal sealed record FakeJob(string Type, string From, string To, DateTimeOffset At, IReadOnlyList<string> Aliases)
{
    public string Status { get; set; } = "pending";

    public HashSet<string> Moved { get; } = [];
}

/// <summary>
/// Vercel's deployments, aliases and switches as its API describes and its clients take them: a switch is accepted,
/// runs for a while, moves aliases one by one, and leaves one shared record.
/// </summary>
internal sealed partial class FakeVercel(TimeProvider clock)
{
    public const string Token = SampleSettings.VercelToken;
    public const string ProjectId = "prj_shop";
    public const string ProjectName = "shop";
    public const string TeamId = "team_acme";
    public const string TeamSlug = "acme";
    public const string BranchAlias = "shop-git-main-acme.vercel.app";
    public static readonly string[] ProductionAliases = ["shop.example", "www.shop.example", "shop-acme.vercel.app"];

    private readonly Lock _gate = new();

    /// <summary>The member's role in the team.</summary>
    public string Role { get; set; } = "OWNER";

    /// <summary>What is said of the token in use; null where the API does not say.</summary>
    public JsonObject? TokenMetadata { get; set; }

    /// <summary>Oldest first.</summary>
    public List<FakeDeployment> Deployments { get; } = [];

    /// <summary>Where each name leads.</summary>
    public Dictionary<string, string> Aliases { get; } = [];

    public string? Production { get; set; }

    public bool AutoAssign { get; set; } = true;

    public JsonObject? Description { get; set; }

    public FakeJob? Job { get; set; }

    public TimeSpan JobTime { get; set; } = TimeSpan.FromMilliseconds(600);

    /// <summary>Aliases that the job does not manage to move.</summary>
    public HashSet<string> StuckInJob { get; } = [];

    /// <summary>Aliases that cannot be assigned one by one either.</summary>
    public HashSet<string> StuckForGood { get; } = [];

    /// <summary>How the job ends whatever it moved, or null.</summary>
    public string? JobEnd { get; set; }

    /// <summary>What the next switch is refused with, or null.</summary>
    public (int Status, string Code)? Refusal { get; set; }

    /// <summary>The deployment that a rolling release gives a part of the traffic, or null: promotions are queued behind it.</summary>
    public string? Canary { get; set; }

    /// <summary>Called when a switch is asked for, before it is taken: what somebody else does in the same moment.</summary>
    public Action? OnSwitch { get; set; }

    /// <summary>Whether a taken switch leaves a record at all.</summary>
    public bool KeepsRecord { get; set; } = true;

    /// <summary>Whether deployments have an address of their own.</summary>
    public bool HasAddresses { get; set; } = true;

    /// <summary>How many switches were taken.</summary>
    public int Switches { get; private set; }

    /// <summary>Every request, as method and path.</summary>
    public List<string> Calls { get; } = [];

    public List<FakeVariable> Variables { get; } = [];

    public List<string> BuildLog { get; } = [];

    public List<string> RuntimeLog { get; } = [];

    public FakeDeployment this[string id] => Deployments.Single(one => one.Id == id);

    /// <summary>A production build goes live, as a push to main does it; pinned, it stays staged.</summary>
    public FakeDeployment Deploy(string id, DateTimeOffset at)
    {
        var deployment = new FakeDeployment(id, at)
        {
            Meta = new JsonObject
            {
                ["githubCommitSha"] = Commit(id),
                ["githubCommitRef"] = "main",
                ["githubCommitMessage"] = $"Change {id}\n\nLong story",
                ["githubCommitAuthorName"] = "Ann",
            },
        };
        Deployments.Add(deployment);
        if (AutoAssign)
        {
            Production = id;
            deployment.LiveAt = at;
            foreach (var alias in ProductionAliases)
            {
                Aliases[alias] = id;
            }
        }
        else
        {
            deployment.Substate = "STAGED";
        }

        Aliases[BranchAlias] = id;
        return deployment;
    }

    public static string Commit(string id) => string.Concat(id.Select(letter => ((int)letter).ToString("x2", null))).PadRight(40, '0')[..40];

    /// <summary>Three deployments, a day each; the last is live and bad.</summary>
    public static FakeVercel WithThree(TimeProvider clock)
    {
        var vercel = new FakeVercel(clock);
        var now = clock.GetUtcNow();
        vercel.Deploy("dpl_one", now.AddDays(-3));
        vercel.Deploy("dpl_two", now.AddDays(-2));
        vercel.Deploy("dpl_three", now.AddHours(-2));
        vercel["dpl_three"].IsCandidate = false;
        return vercel;
    }

    /// <summary>Takes a switch: the job begins.</summary>
    public void Begin(string type, string to)
    {
        Settle();
        Switches++;
        Job = new FakeJob(type, Production!, to, clock.GetUtcNow(), [.. ProductionAliases]);
    }

    /// <summary>The deployment that a name leads to by now, or null.</summary>
    public string? LeadsTo(string alias)
    {
        lock (_gate)
        {
            Settle();
            return Aliases.GetValueOrDefault(alias);
        }
    }

    /// <summary>Brings the job to where it is by now.</summary>
    public void Settle()
    {
        lock (_gate)
        {
            if (Job is not { Status: "pending" or "in-progress" } job)
            {
                return;
            }

            var done = JobTime == TimeSpan.Zero ? 1 : (clock.GetUtcNow() - job.At) / JobTime;
            if (JobEnd == "skipped")
            {
                job.Status = done >= 1 ? "skipped" : "pending";
                return;
            }

            job.Status = done < 0.1 ? "pending" : "in-progress";
            for (var i = 0; i < job.Aliases.Count && done >= (i + 1.0) / (job.Aliases.Count + 1); i++)
            {
                if (!StuckInJob.Contains(job.Aliases[i]) && job.Moved.Add(job.Aliases[i]))
                {
                    Aliases[job.Aliases[i]] = job.To;
                }
            }

            if (done >= 1)
            {
                End(job);
            }
        }
    }

    private void End(FakeJob job)
    {
        job.Status = JobEnd ?? (job.Moved.Count == job.Aliases.Count ? "succeeded" : "failed");
        if (job.Moved.Count == 0)
        {
            return;
        }

        Production = job.To;
        AutoAssign = job.Type == "promote";
        if (job.Type == "promote")
        {
            Description = null;
        }
    }
}
