using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace RollbackOps.Bench;

/// <summary>A request that the stand-in answered.</summary>
internal sealed record StandInRequest(string Method, string Path, DateTimeOffset From, DateTimeOffset To);

/// <summary>The fake of Vercel in a process of its own.</summary>
internal sealed class VercelStandIn : IDisposable
{
    // The fake's own, as tests know it.
    public const string Token = "vcp_0123456789abcdefSECRET";
    public const string Project = "prj_shop";
    public const string Team = "team_acme";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    private readonly Process _process;
    private readonly HttpClient _http = new();

    public VercelStandIn()
    {
        _process = Process.Start(new ProcessStartInfo("dotnet", [Checkout.VercelStandIn])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Address = new Uri(_process.StandardOutput.ReadLine()!);
    }

    public Uri Address { get; }

    /// <summary>The id of a deployment, counted from the oldest.</summary>
    public static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"dpl_{number:00000}");

    /// <summary>Begins anew.</summary>
    /// <param name="deployments">How many there are; the newest is live.</param>
    /// <param name="job">How long a switch takes, in milliseconds.</param>
    /// <param name="network">What each request takes beside its work, in milliseconds.</param>
    public void Begin(int deployments, int job, int network = 0) => _http.GetAsync(new Uri(Address, string.Create(
        CultureInfo.InvariantCulture, $"bench/new?deployments={deployments}&job={job}&network={network}"))).Result.EnsureSuccessStatusCode();

    /// <summary>What was asked since then, in order.</summary>
    public IReadOnlyList<StandInRequest> ReadLog()
    {
        using var answer = _http.GetAsync(new Uri(Address, "bench/log")).Result.Content.ReadAsStream();
        return [.. JsonSerializer.Deserialize<StandInRequest[]>(answer, s_json)!.OrderBy(request => request.From)];
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
        _http.Dispose();
    }
}
