using System.Globalization;
using System.Text.RegularExpressions;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using RollbackOps.Configuration;
using RollbackOps.Deployments;
using RollbackOps.Signals;

namespace RollbackOps.Adapters.Probes;

/// <summary>Reads an answer against what its check expects. What an answer holds is data and never throws (S43).</summary>
internal static class AnswerReader
{
    private const int LeastCommitDigits = 7;

    /// <summary>The check's result, from its answer.</summary>
    public static HealthCheckResult Read(
        HealthCheckResult result,
        HealthCheckSettings check,
        HttpResponseMessage response,
        string body,
        Deployment? expected)
    {
        var needsJson = check.Json.Count > 0 || check.Identity is { Json: not null } or { StartedAt: not null };
        var json = needsJson ? Parse(body) : null;
        var version = VersionOf(check.Identity, response, json);
        var reason = ReasonOf(check, (int)response.StatusCode, body, json);
        return result with
        {
            StatusCode = (int)response.StatusCode,
            Status = reason is null ? CheckStatus.Passed : CheckStatus.Failed,
            Reason = reason,
            ServedVersion = version is null ? null : Inert.Line(version.Length > 200 ? version[..200] : version),
            IsExpectedVersion = version is null || expected is null || check.Identity is null
                ? null
                : IsVersionOf(version, expected, check.Identity.Is),
            ServedSince = check.Identity?.StartedAt is { } path ? TimeAt(json, path) : null,
            FromCache = IsFromCache(response),
        };
    }

    private static string? ReasonOf(HealthCheckSettings check, int status, string body, JToken? json)
    {
        if (!check.Status.Contains(status))
        {
            return $"status {status}; expected {string.Join(" or ", check.Status)}";
        }

        if (check.Contains is { } text && !body.Contains(text, StringComparison.Ordinal))
        {
            return $"the answer does not contain '{text}'";
        }

        foreach (var (path, wanted) in check.Json)
        {
            if (json is null)
            {
                return "the answer is no JSON";
            }

            var found = Select(json, path);
            if (found is null || found.Type == JTokenType.Null)
            {
                return $"the answer has nothing at {path}";
            }

            if (wanted != "*" && TextOf(found) is var actual && actual != wanted)
            {
                return Inert.Line($"{path} is '{(actual.Length > 100 ? actual[..100] + "…" : actual)}'; expected '{wanted}'");
            }
        }

        return null;
    }

    private static string? VersionOf(IdentitySettings? identity, HttpResponseMessage response, JToken? json) => identity switch
    {
        { Header: { } header } => response.Headers.TryGetValues(header, out var values) ? values.FirstOrDefault() : null,
        { Json: { } path } => json is not null && Select(json, path) is { Type: not JTokenType.Null } found ? TextOf(found) : null,
        _ => null,
    };

    private static bool IsVersionOf(string version, Deployment expected, IdentityKind kind) => kind switch
    {
        IdentityKind.Id => version == expected.Id,
        _ => expected.Commit is { } commit
            && version.Length >= LeastCommitDigits
            && commit.StartsWith(version, StringComparison.OrdinalIgnoreCase),
    };

    private static bool IsFromCache(HttpResponseMessage response) =>
        response.Headers.Age > TimeSpan.Zero
        || (response.Headers.TryGetValues("x-vercel-cache", out var cache)
            && cache.Any(value => value.Equals("HIT", StringComparison.OrdinalIgnoreCase)));

    private static DateTimeOffset? TimeAt(JToken? json, string path) =>
        json is not null && Select(json, path) is { } found
        && DateTimeOffset.TryParse(TextOf(found), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at.ToUniversalTime()
            : null;

    private static JToken? Parse(string body)
    {
        try
        {
            using var reader = new JsonTextReader(new StringReader(body)) { DateParseHandling = DateParseHandling.None, MaxDepth = 64 };
            return JToken.ReadFrom(reader);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JToken? Select(JToken json, string path)
    {
        try
        {
            return json.SelectToken(path, new JsonSelectSettings { RegexMatchTimeout = TimeSpan.FromMilliseconds(100) });
        }
        catch (Exception failure) when (failure is JsonException or RegexMatchTimeoutException)
        {
            return null;
        }
    }

    private static string TextOf(JToken token) => token is JValue value
        ? Convert.ToString(value.Value, CultureInfo.InvariantCulture) ?? string.Empty
        : token.ToString(Formatting.None);
}
