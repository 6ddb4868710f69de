using System.Text.Json.Nodes;
using RollbackOps.Adapters.Tests.Vercel;
using RollbackOps.Adapters.Vercel;
using RollbackOps.Configuration;
using RollbackOps.Readiness;

namespace RollbackOps.Adapters.Tests.Readiness;

/// <summary>What the token may on Vercel.</summary>
public sealed class VercelAccessTests
{
    private readonly VercelWorld _world = new();

    [Fact]
    public async Task Token_OfAnOwner_ReachesTheProjectAndTellsTheTime()
    {
        _world.Fake.TokenMetadata = new JsonObject { ["name"] = "ci\u001b[2J", ["expiresAt"] = 1_900_000_000_000 };

        var reading = await ReadAsync();

        Assert.Contains("reaches the project 'shop' in the team 'acme' as OWNER", reading.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', reading.Detail);
        Assert.Empty(reading.Missing);
        Assert.Empty(reading.Untold);
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1_900_000_000_000), reading.ExpiresAt);
        Assert.InRange((reading.LocalTime - reading.ServerTime)!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData("VIEWER", 1, 0)]
    [InlineData("billing", 1, 0)]
    [InlineData("MEMBER", 0, 0)]
    [InlineData("CONTRIBUTOR", 0, 1)]
    public async Task Role_ThatMayOnlyLook_IsMissingOne(string role, int missing, int untold)
    {
        _world.Fake.Role = role;

        var reading = await ReadAsync();

        Assert.Equal((missing, untold), (reading.Missing.Count, reading.Untold.Count));
    }

    [Fact]
    public async Task Token_OfWhichNothingIsSaid_CountsByWhatItReaches()
    {
        var reading = await ReadAsync();

        Assert.Null(reading.ExpiresAt);
        Assert.StartsWith("the token reaches", reading.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("env:TEST_OTHER_TOKEN", ErrorId.PlatformUnauthorized)]
    [InlineData("env:NONE", ErrorId.SecretUnavailable)]
    public async Task Token_ThatIsNotKnown_IsToldSo(string reference, ErrorId id)
    {
        var failure = await Assert.ThrowsAsync<RollbackOpsException>(() => ReadAsync(vercel => vercel with { Token = reference }));

        Assert.Equal(id, failure.Id);
        Assert.DoesNotContain("another-token-0123456789", failure.ToString(), StringComparison.Ordinal);
    }

    private async Task<ServiceReading> ReadAsync(Func<VercelSettings, VercelSettings>? change = null)
    {
        var platform = _world.Settings.Platform;
        var settings = _world.Settings with
        {
            Platform = platform with { Vercel = change is null ? platform.Vercel : change(platform.Vercel!) },
        };
        using var access = new VercelAccess(settings, new TestSecrets(), _world.Clock, new Dated(_world.Handler, _world.Clock));
        return await access.ReadAsync(CancellationToken.None);
    }

    /// <summary>Adds the time, as real servers do.</summary>
    private sealed class Dated(HttpMessageHandler inner, TimeProvider clock) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            response.Headers.Date = clock.GetUtcNow();
            return response;
        }
    }
}
