using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using RollbackOps.Configuration;
using RollbackOps.Deployments;
using RollbackOps.Signals;

namespace RollbackOps.Adapters.Probes;

/// <summary>Reads an answer against what its check expects. What an answer holds is data and never throws (S43).</summary>
internal sealed class AnswerReader
{
    private const int LeastCommitDigits = 7;

    private readonly HealthCheckSettings _check;
    private readonly HttpResponseMessage _response;
    private readonly AnswerBody _body;
    private readonly ForeignText _foreign;
    private readonly JsonAnswer? _json;

    public AnswerReader(
        HealthCheckSettings check, HttpResponseMessage response, AnswerBody body, ForeignText foreign)
    {
        _check = check;
        _response = response;
        _body = body;
        _foreign = foreign;
        _json = body.IsWhole && (check.Json.Count > 0 || check.Identity is { Json: not null } or { StartedAt: not null })
            ? JsonAnswer.Parse(body.Text)
            : null;
    }

    private int Status => (int)_response.StatusCode;

    /// <summary>The check's result.</summary>
    /// <exception cref="FormatException">The check itself cannot be used.</exception>
    public HealthCheckResult Read(HealthCheckResult result, ProbeRequest request)
    {
        if (request.IsBehindPlatform && !_check.Status.Contains(Status) && AsksForLogin())
        {
            return result with
            {
                StatusCode = Status,
                Status = CheckStatus.NotProbed,
                Reason = $"the platform asks for a login (status {Status})",
            };
        }

        var reason = Reason();
        var version = Version();
        return result with
        {
            StatusCode = Status,
            Status = reason is null ? CheckStatus.Passed : CheckStatus.Failed,
            Reason = reason,
            ServedVersion = version is null ? null : _foreign.Show(version, limit: 200),
            IsExpectedVersion = version is null ? null : IsExpected(version, request),
            ServedSince = ServedSince(),
            FromCache = IsFromCache(),
        };
    }

    private string? Reason()
    {
        if (!_check.Status.Contains(Status))
        {
            return $"status {Status}; expected {string.Join(" or ", _check.Status)}";
        }

        if (_check.Identity?.Content is not null && !_body.IsWhole)
        {
            return $"the build file has more than {AnswerBody.FileLimit / 1024 / 1024} MiB and cannot be compared";
        }

        if (_check.Contains is { } text && !_body.Text.Contains(text, StringComparison.Ordinal))
        {
            return $"the answer does not contain '{text}'{Cut}";
        }

        if (_check.Json.Count > 0 && _json is null)
        {
            return $"the answer is no JSON{Cut}";
        }

        return _check.Json.Select(pair => JsonReason(pair.Key, pair.Value)).FirstOrDefault(reason => reason is not null);
    }

    private string Cut => _body.IsWhole ? string.Empty : $" in its first {AnswerBody.Limit / 1024 / 1024} MiB";

    private string? JsonReason(string path, string wanted)
    {
        var found = _json!.ValuesAt(path);
        if (found.Count == 0)
        {
            return $"the answer has nothing at {path}";
        }

        return wanted == "*" || found.FirstOrDefault(value => value != wanted) is not { } other
            ? null
            : $"{path} is '{_foreign.Show(other, limit: 100)}'; expected '{wanted}'";
    }

    private string? Version() => _check.Identity switch
    {
        { Header: { } header } => HeaderValue(header),
        { Json: { } path } => _json?.ValueAt(path),
        // An error page is no build file.
        { Content: not null } when _body.Hash is { } hash && _check.Status.Contains(Status) => $"{IdentitySettings.Sha256}:{hash}",
        _ => null,
    } is { Length: > 0 } version ? version : null;

    private bool? IsExpected(string version, ProbeRequest request) => _check.Identity?.Content is not null
        ? request.Files.FirstOrDefault(file => file.Check == _check.Name)?.Tells(version)
        : request.Expected is { } expected ? IsVersionOf(version, expected) : null;

    private bool IsVersionOf(string version, Deployment expected) => _check.Identity!.Is switch
    {
        IdentityKind.Id => version == expected.Id,
        _ => expected.Commit is { } commit
            && version.Length >= LeastCommitDigits
            && commit.StartsWith(version, StringComparison.OrdinalIgnoreCase),
    };

    private DateTimeOffset? ServedSince() =>
        _check.Identity?.StartedAt is { } path
        && DateTimeOffset.TryParse(
            _json?.ValueAt(path), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at.ToUniversalTime()
            : null;

    private bool IsFromCache() =>
        _response.Headers.Age > TimeSpan.Zero
        || string.Equals(HeaderValue("x-vercel-cache"), "HIT", StringComparison.OrdinalIgnoreCase);

    /// <summary>S6: 401, 403, or a redirect to a login.</summary>
    private bool AsksForLogin() => _response.StatusCode switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => true,
        >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => LeadsToLogin(),
        _ => false,
    };

    private bool LeadsToLogin()
    {
        var asked = _response.RequestMessage!.RequestUri!;
        if (!Uri.TryCreate(asked, _response.Headers.Location, out var there))
        {
            return false;
        }

        return there.Host != asked.Host
            || there.Segments.Any(segment => segment.StartsWith("login", StringComparison.OrdinalIgnoreCase)
                || segment.StartsWith("sso", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>A header as it came; the validated collections throw for names that belong to the other one.</summary>
    private string? HeaderValue(string name) =>
        FirstOf(_response.Headers.NonValidated, name) ?? FirstOf(_response.Content.Headers.NonValidated, name);

    private static string? FirstOf(HttpHeadersNonValidated headers, string name) =>
        headers.TryGetValues(name, out var values) ? values.ToString().Trim() : null;
}
