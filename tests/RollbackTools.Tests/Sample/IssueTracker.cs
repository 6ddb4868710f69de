using System.Globalization;
using System.Text.Json.Nodes;

namespace RollbackTools.Tests.Sample;

/// <summary>The issues of acme/shop on GitHub, as far as a report is published as one.</summary>
internal sealed class IssueTracker : IDisposable
{
    private readonly ApiServer _server;
    private readonly List<JsonObject> _issues = [];

    public IssueTracker() => _server = new ApiServer(Answer);

    public string Address => _server.Address;

    /// <summary>What is answered in an issue's place, or null.</summary>
    public string? Refusal { get; set; }

    /// <summary>The issues, oldest first.</summary>
    public IReadOnlyList<JsonObject> Issues => _issues;

    /// <summary>What was asked, in order.</summary>
    public IReadOnlyList<ApiRequest> Requests => [.. _server.Requests];

    public void Dispose() => _server.Dispose();

    private (int Status, string Body) Answer(ApiRequest request)
    {
        lock (_issues)
        {
            if (Refusal is { } refusal)
            {
                return (422, new JsonObject { ["message"] = refusal }.ToJsonString());
            }

            var path = request.Path.Split('?')[0];
            if (request.Method == "GET")
            {
                return (200, new JsonArray([.. _issues.Select(issue => issue.DeepClone())]).ToJsonString());
            }

            var text = JsonNode.Parse(request.Body)!;
            if (request.Method == "POST")
            {
                _issues.Add(new JsonObject
                {
                    ["number"] = 41 + _issues.Count,
                    ["html_url"] = $"https://github.com/acme/shop/issues/{41 + _issues.Count}",
                    ["labels"] = text["labels"]?.DeepClone() ?? new JsonArray(),
                });
            }

            var number = request.Method == "POST" ? 40 + _issues.Count : int.Parse(path.Split('/')[^1], CultureInfo.InvariantCulture);
            var issue = _issues.Single(one => (int)one["number"]! == number);
            (issue["title"], issue["body"]) = ((string?)text["title"], (string?)text["body"]);
            return (request.Method == "POST" ? 201 : 200, issue.ToJsonString());
        }
    }
}
