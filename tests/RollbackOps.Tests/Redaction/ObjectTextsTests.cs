using RollbackOps.Deployments;
using RollbackOps.Redaction;
using RollbackOps.Signals;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Tests.Redaction;

/// <summary>Secrets in the objects that cmdlets give away, and in the causes of their errors.</summary>
public sealed class ObjectTextsTests
{
    private const string Token = "ghp_" + "Zq3Rk9Lm2Np7Ws4Xt8Yv";

    [Fact]
    public void Mask_NothingSecret_GivesTheSameObject()
    {
        var deployment = NewDeployment("v1") with { Subject = "Cache the cart", Author = "Ann" };

        Assert.Same(deployment, ObjectTexts.Mask(deployment, Redactor.Default.Redact));
        Assert.Equal(7, ObjectTexts.Mask(7, Redactor.Default.Redact));
    }

    [Fact]
    public void Mask_Secret_CopiesTheObjectAndLeavesTheFirstAsItWas()
    {
        var deployment = NewDeployment("v1") with { Subject = $"Use {Token}", Checks = new CommitChecks("c", default, [new CommitCheck($"lint {Token}", default, Token)]) };

        var masked = (Deployment)ObjectTexts.Mask(deployment, Redactor.Default.Redact);

        Assert.Equal("Use [redacted]", masked.Subject);
        Assert.Equal(("lint [redacted]", "[redacted]"), (masked.Checks!.Checks[0].Name, masked.Checks.Checks[0].Detail));
        Assert.Equal($"Use {Token}", deployment.Subject);
    }

    [Fact]
    public void Mask_EveryText_LeavesTheNamesByWhichThingsAreFound()
    {
        var deployment = NewDeployment("v1") with { Commit = "abc", Subject = "a change" };

        var masked = (Deployment)ObjectTexts.Mask(deployment, _ => Redactor.Mask);

        Assert.Equal(("v1", World.Project, "abc", Redactor.Mask), (masked.Id, masked.Project, masked.Commit, masked.Subject));
    }

    [Fact]
    public void Mask_ClientsWhoseNamesAreSecret_StayAsManyAsTheyAre()
    {
        var at = DateTimeOffset.UnixEpoch;
        var measurement = Measurement.FromCounts("log", at, at.AddMinutes(1), 30, 3) with
        {
            Clients = [.. new[] { "A", "B", "A" }.Select(one => new ClientTraffic { Client = Token + one, Requests = 10, Errors = 1 })],
        };

        var names = ((Measurement)ObjectTexts.Mask(measurement, Redactor.Default.Redact)).Clients.Select(client => client.Client).ToList();

        Assert.Equal(2, names.Distinct().Count());
        Assert.Equal(names[0], names[2]);
        Assert.DoesNotContain(names, name => name.Contains(Token, StringComparison.Ordinal));
    }

    [Fact]
    public void Cause_WithASecretInItsOwnCause_IsReplacedAndOneWithoutStays()
    {
        var secret = new IOException("outer", new InvalidOperationException($"GET https://shop:{Token}@db"));
        var plain = new IOException("outer", new InvalidOperationException("inner"));

        var masked = RedactedException.Of(secret, Redactor.Default)!;

        Assert.DoesNotContain(Token, masked.ToString(), StringComparison.Ordinal);
        Assert.Contains("InvalidOperationException: GET https://[redacted]@db", masked.ToString(), StringComparison.Ordinal);
        Assert.Same(plain, RedactedException.Of(plain, Redactor.Default));
    }

    private static Deployment NewDeployment(string id) => new World().Platform.Add(id);
}
