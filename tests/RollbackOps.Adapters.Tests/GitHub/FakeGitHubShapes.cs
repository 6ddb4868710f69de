using System.Globalization;
using System.Text.Json.Nodes;

namespace RollbackOps.Adapters.Tests.GitHub;

/// <summary>The answers' shapes: the official description's own examples with the fake's values in them.</summary>
internal sealed partial class FakeGitHub
{
    private static readonly string[] s_hash = [new('a', 40)];

    private FakeAnswer Page<T>(
        IEnumerable<T> all, IReadOnlyDictionary<string, string> query, Func<T, JsonObject> shape, Func<JsonArray, JsonNode> wrap)
    {
        var size = int.Parse(query.GetValueOrDefault("per_page", "30"), CultureInfo.InvariantCulture);
        var page = int.Parse(query.GetValueOrDefault("page", "1"), CultureInfo.InvariantCulture);
        var list = all.ToList();
        return new FakeAnswer(200, wrap(new JsonArray([.. list.Skip((page - 1) * size).Take(size).Select(shape)])), list.Count > page * size);
    }

    private static JsonObject Listed(string name, JsonArray items) => new() { ["total_count"] = items.Count, [name] = items };

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static JsonObject With(string example, params (string Name, JsonNode? Value)[] values)
    {
        var shape = GitHubDescription.Example(example);
        foreach (var (name, value) in values)
        {
            shape[name] = value;
        }

        return shape;
    }

    private static JsonObject User(string login) =>
        With("private-user-response-with-public-and-private-profile-information", ("login", login));

    private JsonObject Repository()
    {
        // The description requires a language, and its own example lacks it, there and in the repositories within.
        var shape = With("full-repository-default-response", ("full_name", "acme/shop"), ("language", "C#"),
            ("permissions", new JsonObject { ["admin"] = false, ["push"] = MayPush, ["pull"] = true }));
        foreach (var within in (string[])["source", "parent", "template_repository"])
        {
            shape.Remove(within);
        }

        return shape;
    }

    private static JsonObject Workflow(string state) => With("workflow", ("state", state));

    private static JsonObject Shape(FakeDeployment one) => With("deployment", ("id", one.Id), ("sha", one.Sha), ("ref", "main"),
        ("environment", one.Environment), ("created_at", Time(one.CreatedAt)),
        ("payload", one.Payload.DeepClone()));

    private static JsonObject Shape(FakeStatus status)
    {
        var shape = With("deployment-status", ("id", status.Id), ("state", status.State), ("created_at", Time(status.At)));
        shape.Remove("log_url");
        if (status.LogUrl is not null)
        {
            shape["log_url"] = status.LogUrl;
        }

        return shape;
    }

    private static JsonObject Shape(FakeRun run)
    {
        var shape = With("workflow-run", ("id", run.Id), ("name", "Rollback"), ("display_title", run.Title), ("event", run.Event),
            ("status", run.Status), ("conclusion", run.Conclusion), ("path", $".github/workflows/{run.Workflow}@main"),
            ("created_at", Time(run.CreatedAt)), ("html_url", $"https://github.com/acme/shop/actions/runs/{run.Id}"));
        shape["actor"]!["login"] = run.Actor;
        // It is one of the facts that broke typed clients; the description calls it a number.
        shape.Remove("check_suite_id");
        return shape;
    }

    private static JsonObject JobOf(FakeRun run)
    {
        var shape = GitHubDescription.Example("job-paginated")["jobs"]![0]!.DeepClone().AsObject();
        shape["run_id"] = run.Id;
        shape["created_at"] = Time(run.CreatedAt);
        shape["name"] = "roll back";
        shape["status"] = run.Status == "pending" ? "queued" : run.Status;
        shape["conclusion"] = run.JobConclusion is { } other && run.IsOver ? other : run.Conclusion;
        if (run is { Conclusion: "cancelled", HasBegun: true })
        {
            shape["steps"] = new JsonArray(shape["steps"]![0]!.DeepClone());
        }
        else if (run.Conclusion == "cancelled")
        {
            shape["steps"] = new JsonArray();
        }

        return shape;
    }

    private static JsonObject Shape((string Name, string Status, string? Conclusion) run) => With(
        "check-run-example-of-completed-conclusion", ("name", run.Name), ("status", run.Status), ("conclusion", run.Conclusion),
        ("head_sha", s_hash[0]));

    private static JsonObject Combined(List<(string Context, string State)> statuses)
    {
        var shape = GitHubDescription.Example("combined-commit-status");
        var sample = shape["statuses"]![0]!;
        shape["statuses"] = new JsonArray([.. statuses.Select(status =>
        {
            var one = sample.DeepClone().AsObject();
            one["context"] = status.Context;
            one["state"] = status.State;
            return one;
        })]);
        shape["total_count"] = statuses.Count;
        // As GitHub has it where there is none.
        shape["state"] = statuses.Count == 0 ? "pending" : "success";
        return shape;
    }
}
