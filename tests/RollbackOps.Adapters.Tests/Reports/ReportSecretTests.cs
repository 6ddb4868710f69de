using System.Text.Json;
using RollbackOps.Adapters.Reports;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Tests.Reports;

/// <summary>A secret in foreign text comes into no form of a report (S40).</summary>
public class ReportSecretTests
{
    private const string Token = "ghp_" + "Zq3Rk9Lm2Np7Ws4Xt8Yv";
    private const string Password = "hunter2-and-more";

    private static readonly string s_subject = $"Use {Token} and postgres://shop:{Password}@db.example/shop";

    [Fact]
    public void Render_SecretInACommitMessageAndAReason_IsMaskedEverywhere()
    {
        foreach (var report in new[] { new ReportSample(s_subject).Succeeded(), new ReportSample(s_subject).Refused() })
        {
            var renderer = new ReportRenderer();
            foreach (var text in new[]
            {
                renderer.RenderHtml(report),
                renderer.RenderMarkdown(report),
                JsonSerializer.Serialize(report, RollbackJson.Indented.IncidentReport),
                report.Summary,
                string.Join('\n', report.Timeline.Select(entry => entry.Evidence)),
            })
            {
                Assert.DoesNotContain(Token, text, StringComparison.Ordinal);
                Assert.DoesNotContain(Password, text, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Make_NothingSecret_LosesNothing()
    {
        var report = new ReportSample().Succeeded();
        var written = JsonSerializer.Serialize(report, RollbackJson.Indented.IncidentReport);
        var read = JsonSerializer.Deserialize(written, RollbackJson.Indented.IncidentReport)!;
        Assert.Equal(written, JsonSerializer.Serialize(read, RollbackJson.Indented.IncidentReport));
        Assert.Contains("Cache the cart in the session", written, StringComparison.Ordinal);
        Assert.Equal(52, report.Traffic!.Points.Count);
    }
}
