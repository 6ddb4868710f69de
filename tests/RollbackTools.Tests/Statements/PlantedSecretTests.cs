using System.IO.Compression;
using System.Management.Automation;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RollbackOps.Tests.Redaction;
using RollbackTools.Tests.Hosting;
using RollbackTools.Tests.Sample;

namespace RollbackTools.Tests.Statements;

/// <summary>Secrets of every sort in every input, and none of them in any output (S40).</summary>
public sealed class PlantedSecretTests : IDisposable
{
    private const string Referenced = "Quiet_river_under_an_old_bridge";
    private const string Patterned = "C-4711-0815";

    // One that is cut off would hide what follows it.
    private static readonly string s_all = string.Join('\n',
        [.. PlantedSecrets.All.Where(planted => planted.Name != "Private key cut off").Select(planted => planted.Text), $"customer {Patterned}", Referenced]);

    private static readonly IReadOnlyList<string> s_secrets =
    [
        // Three letters are in many a word.
        .. PlantedSecrets.All.SelectMany(planted => planted.Secret.Split('\n')).Where(secret => secret.Length > 3), Patterned, Referenced,
    ];

    private readonly ReleaseFolder _folder = new();
    private readonly DirectoryInfo _out = Directory.CreateTempSubdirectory("rollback-planted-");
    private readonly IssueTracker _issues = new();
    private readonly MailServer _mail = new();
    private readonly ApiServer _people = new(request => request.Path.StartsWith("/slack", StringComparison.Ordinal) ? (200, "ok")
        : (202, """{"status":"success","dedup_key":"k"}"""));
    private readonly List<(string Where, string Text)> _seen = [];

    public PlantedSecretTests()
    {
        Environment.SetEnvironmentVariable("ROLLBACK_PLANTED", Referenced);
        // The one secret that a message has to hold.
        Environment.SetEnvironmentVariable("ROLLBACK_PLANTED_ROUTING", "R012345678901234567890123456789A");
        Environment.SetEnvironmentVariable("ROLLBACK_PLANTED_SLACK", $"{_people.Address}slack/{Guid.NewGuid():N}");
        _folder.Configure(Configure);
        foreach (var id in _folder.Ids)
        {
            foreach (var name in new[] { "subject", "author", "error" })
            {
                _folder.Declare(id, name, s_all);
            }

            File.WriteAllText(Path.Combine(_folder.Root, "releases", id, "build.log"), s_all);
        }

        var now = DateTimeOffset.UtcNow;
        File.WriteAllLines(Path.Combine(_folder.Root, "app.log"), PlantedSecrets.All.Select((planted, i) => JsonSerializer.Serialize(new
        {
            time = now.AddSeconds(i - 90),
            status = 500,
            path = $"/reset/{planted.Text}",
            client = planted.Text,
            duration = 12,
        })));
        File.WriteAllText(Path.Combine(_folder.Root, "runbook.md"),
            string.Concat(PlantedSecrets.All.Select(planted => $"```sh\ngit push -f origin '{planted.Text.ReplaceLineEndings(" ")}'\n```\n")));
    }

    public void Dispose()
    {
        _folder.Dispose();
        _out.Delete(recursive: true);
        _issues.Dispose();
        _mail.Dispose();
        _people.Dispose();
    }

    [Fact]
    public void Secrets_InEveryInput_AreInNoOutput()
    {
        using var session = new Session(_folder.Root);
        session.Set("all", s_all);
        session.Set("out", _out.FullName);

        // What is behind a reference is known as soon as it is used.
        Run(session, "Test-DeploymentHealth -Verbose", "HealthCheckResult");
        Run(session, "Get-DeploymentHistory -Verbose", "Deployment");
        Run(session, "Get-DeploymentLog -Verbose", "DeploymentLogLine");
        Run(session, "Measure-ErrorRate app.log -Verbose", "Measurement");
        Run(session, "Test-RollbackRunbook runbook.md", "RunbookFinding");
        Run(session, "Test-RollbackRunbook runbook.md -AsSarif -OutFile $out/runbook.sarif", "String");
        Run(session, "Get-RollbackConfiguration", "EffectiveSetting");
        Run(session, "New-RollbackPlan -Reason $all -OutFile $out/plan.json", "RollbackPlan");
        Run(session, "Invoke-Rollback -Reason $all -WhatIf", "RollbackPlan");
        Run(session, "Invoke-Rollback -Target $all -Reason $all -Confirm:$false", "RollbackResult");
        Run(session, "Get-DeploymentLog $all", null);
        Run(session, "Send-RollbackNotification $all", "NotificationResult");
        Run(session, "Send-RollbackNotification $all -WhatIf", "NotificationResult");
        Run(session, """
            $decision = Get-DeploymentHistory | Test-RollbackNeeded -Signal ServiceDown
            $decision
            $decision | Invoke-Rollback -Reason $all -Confirm:$false -Verbose | New-IncidentReport -Verbose -OutFolder $out/report
            """, "IncidentReport");
        Run(session, "Test-RollbackSuccess -Verbose -UserFeedback $true", null);
        Run(session, "Undo-Rollback -Reason $all -Confirm:$false -Verbose", "RollbackResult");
        Run(session, "Block-Deployment -Id (Get-DeploymentHistory -First 1).Id -Reason $all -Confirm:$false", null);
        Run(session, "Get-RollbackLog; Get-RollbackLog -AsMarkdown", "RollbackLogEntry");
        Run(session, "New-IncidentReport -Publish -OutFolder $out/published -Confirm:$false", "IncidentReport");
        Run(session, "Save-DeploymentLog app.log -Destination $out/archive -Confirm:$false -Verbose", "EvidenceArchive");
        _issues.Refusal = s_all;
        Run(session, "New-IncidentReport -Publish -OutFolder $out/refused -Confirm:$false", null);

        SeeFiles(_folder.State);
        SeeFiles(_out.FullName);
        foreach (var issue in _issues.Issues)
        {
            See("issue", issue.ToJsonString());
        }

        foreach (var request in _people.Requests)
        {
            See(request.Path.Split('/')[1], request.Body);
        }

        foreach (var message in _mail.Messages)
        {
            See("mail", PlainMail(message));
        }

        var leaks = _seen.SelectMany(one => s_secrets.Where(secret => Holds(one.Text, secret)).Select(secret => $"{one.Where}: {secret}")).Distinct().ToList();
        Assert.True(leaks.Count == 0, string.Join('\n', leaks.Take(40)));
        // Each place was really written to, with what was planted masked in it.
        foreach (var place in new[]
        {
            "journal.jsonl", ".html", ".md", "rb-", "runbook.sarif", "plan.json", "issue", "slack", "v2", "hook", "mail", "zip:", "verbose", "progress",
            "error", "WhatIf", "Deployment", "Measurement",
        })
        {
            Assert.True(_seen.Exists(one => one.Where.Contains(place, StringComparison.OrdinalIgnoreCase)
                && one.Text.Contains("redacted", StringComparison.Ordinal)), $"{place}: {string.Join(' ', _seen.Select(one => one.Where).Distinct())}\n{string.Join('\n', _seen.Where(one => one.Where == "warning").Select(one => one.Text).Take(4))}");
        }

        Assert.Contains(_seen, one => one.Where.EndsWith(".ics", StringComparison.Ordinal));
    }

    private void Configure(JsonObject configuration)
    {
        configuration["redaction"] = new JsonObject { ["patterns"] = new JsonArray("C-[0-9]+-[0-9]+") };
        configuration["platform"]!["activate"] = new JsonObject { ["command"] = new JsonArray("true", Patterned) };
        configuration["health"]!["headers"] = new JsonObject { ["X-Token"] = "env:ROLLBACK_PLANTED" };
        configuration["github"] = new JsonObject
        {
            ["owner"] = "acme",
            ["repository"] = "shop",
            ["api"] = _issues.Address,
            ["token"] = "env:ROLLBACK_PLANTED",
        };
        configuration["notifications"] = new JsonObject
        {
            ["budget"] = "20s",
            ["channels"] = new JsonArray(
                new JsonObject { ["name"] = "slack", ["slack"] = new JsonObject { ["webhook"] = "env:ROLLBACK_PLANTED_SLACK" } },
                new JsonObject
                {
                    ["name"] = "pager",
                    ["pagerDuty"] = new JsonObject { ["routingKey"] = "env:ROLLBACK_PLANTED_ROUTING", ["events"] = _people.Address },
                },
                new JsonObject
                {
                    ["name"] = "hook",
                    ["webhook"] = new JsonObject { ["address"] = _people.Address + "hook", ["secret"] = "env:ROLLBACK_PLANTED" },
                },
                new JsonObject
                {
                    ["name"] = "mail",
                    ["mail"] = new JsonObject
                    {
                        ["host"] = "127.0.0.1",
                        ["port"] = _mail.Port,
                        ["encryption"] = "none",
                        ["from"] = "ops@example.test",
                        ["to"] = new JsonArray("team@example.test"),
                    },
                }),
        };
    }

    /// <summary>Runs a script and looks at everything that it gives.</summary>
    private void Run(Session session, string script, string? expected)
    {
        using var shell = session.NewShell(script);
        var outcome = Session.Run(shell);
        var told = string.Join('\n', outcome.Errors.Select(error => error.ToString()));
        Assert.True(expected is null || outcome.Output.Any(one => one.BaseObject.GetType().Name == expected), $"{script}: {told}");
        foreach (var one in outcome.Output)
        {
            See(one.BaseObject.GetType().Name, $"{one}\n{PSSerializer.Serialize(one, 8)}");
        }

        foreach (var error in outcome.Errors)
        {
            See("error", $"{error}\n{error.Exception}\n{error.ErrorDetails?.RecommendedAction}\n{error.TargetObject}\n{error.CategoryInfo}");
        }

        outcome.Verbose.ToList().ForEach(text => See("verbose", text));
        outcome.Warnings.ToList().ForEach(text => See("warning", text));
        shell.Streams.Debug.ToList().ForEach(record => See("debug", record.Message));
        shell.Streams.Information.ToList().ForEach(record => See("information", $"{record}"));
        shell.Streams.Progress.ToList().ForEach(record => See("progress", $"{record.Activity} {record.StatusDescription} {record.CurrentOperation}"));
        if (script.EndsWith("-WhatIf", StringComparison.Ordinal))
        {
            outcome.Output.ToList().ForEach(one => See("WhatIf", PSSerializer.Serialize(one, 8)));
        }
    }

    private void SeeFiles(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            if (Path.GetExtension(file) == ".zip")
            {
                using var archive = ZipFile.OpenRead(file);
                foreach (var entry in archive.Entries)
                {
                    using var reader = new StreamReader(entry.Open());
                    See($"zip:{entry.FullName}", reader.ReadToEnd());
                }
            }
            else
            {
                See(Path.GetFileName(file), File.ReadAllText(file));
            }
        }
    }

    private void See(string where, string text) => _seen.Add((where, text));

    private static bool Holds(string text, string secret) => text.Contains(secret, StringComparison.Ordinal)
        || text.Contains(JsonEncodedText.Encode(secret).ToString(), StringComparison.Ordinal)
        || text.Contains(WebUtility.HtmlEncode(secret), StringComparison.Ordinal)
        || text.Contains(Uri.EscapeDataString(secret), StringComparison.Ordinal);

    /// <summary>A message with its parts decoded, whichever way they are written.</summary>
    private static string PlainMail(string message)
    {
        var plain = new StringBuilder(message.ReplaceLineEndings("\n").Replace("=\n", "", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal));
        foreach (var part in message.ReplaceLineEndings("\n").Split("\n\n"))
        {
            var packed = new byte[part.Length];
            if (Convert.TryFromBase64String(part.Replace("\n", "", StringComparison.Ordinal), packed, out var length))
            {
                plain.Append('\n').Append(Encoding.UTF8.GetString(packed, 0, length));
            }
        }

        return plain.ToString();
    }
}
