using Microsoft.AspNetCore.Http;
using RollbackOps.Adapters.GitHub;
using RollbackOps.Adapters.Tests.GitHub;
using RollbackOps.Configuration;
using RollbackOps.Readiness;

namespace RollbackOps.Adapters.Tests.Readiness;

/// <summary>What the token may on GitHub.</summary>
public sealed class GitHubAccessTests
{
    [Fact]
    public async Task FineGrainedToken_ThatReadsAll_TellsWhatOnlyUsingItTells()
    {
        await using var world = await GitHubWorld.NewAsync();
        world.Server.Intercept = Adding(("github-authentication-token-expiration", "2030-12-27 10:00:00 UTC"));

        var reading = await ReadAsync(world);

        Assert.Contains("acme/shop", reading.Detail, StringComparison.Ordinal);
        Assert.Empty(reading.Missing);
        Assert.Equal([GitHubApi.WriteActions], reading.Untold);
        Assert.Equal(new DateTimeOffset(2030, 12, 27, 10, 0, 0, TimeSpan.Zero), reading.ExpiresAt);
        Assert.InRange((reading.LocalTime - reading.ServerTime)!.Value, TimeSpan.FromSeconds(-1), TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData("repo, workflow", 0)]
    [InlineData("read:org", 1)]
    [InlineData("", 1)]
    public async Task ClassicToken_ByItsScopes_LacksRepoOrNothing(string scopes, int missing)
    {
        await using var world = await GitHubWorld.NewAsync();
        world.Server.Intercept = Adding(("X-OAuth-Scopes", scopes));

        var reading = await ReadAsync(world);

        Assert.Equal(missing, reading.Missing.Count);
        Assert.Empty(reading.Untold);
    }

    [Theory]
    [InlineData("/deployments", GitHubApi.ReadDeployments)]
    [InlineData("/rollback.yml", GitHubApi.ReadActions)]
    public async Task Token_ThatMayNotRead_LacksThatPermission(string path, string permission)
    {
        await using var world = await GitHubWorld.NewAsync();
        world.Server.Fail("GET", path, FakeFault.Status, 403, once: false);

        var reading = await ReadAsync(world);

        Assert.Equal([$"'{permission}'"], reading.Missing);
        Assert.Contains("env:TEST_GITHUB_TOKEN", reading.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_ThatIsNotKnown_IsToldSo()
    {
        await using var world = await GitHubWorld.NewAsync();
        world.SecretValue = "ghp_wrongwrongwrong";

        var failure = await Assert.ThrowsAsync<RollbackOpsException>(() => ReadAsync(world));

        Assert.Equal(ErrorId.PlatformUnauthorized, failure.Id);
    }

    [Theory]
    [InlineData("2026-12-27 10:00:00 UTC", "2026-12-27T10:00:00+00:00")]
    [InlineData("2026-12-27 10:00:00 -0400", "2026-12-27T14:00:00+00:00")]
    [InlineData("2026-12-27 10:00:00 +02:00", "2026-12-27T08:00:00+00:00")]
    [InlineData("tomorrow", null)]
    [InlineData(null, null)]
    public void Expiry_OfTheHeader_IsReadInUtc(string? header, string? at) => Assert.Equal(
        at is null ? null : DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture), GitHubAccess.ExpiryOf(header));

    private static async Task<ServiceReading> ReadAsync(GitHubWorld world)
    {
        using var access = new GitHubAccess(world.Settings, world.GitHub, new Secrets(world.SecretValue), world.Clock);
        return await access.ReadAsync(CancellationToken.None);
    }

    private static Func<HttpContext, Task<bool>> Adding((string Name, string Value) header) => context =>
    {
        context.Response.Headers[header.Name] = header.Value;
        return Task.FromResult(false);
    };

    private sealed class Secrets(string value) : ISecretSource
    {
        public ValueTask<string> ResolveAsync(string reference, CancellationToken cancellationToken) => new(value);
    }
}
