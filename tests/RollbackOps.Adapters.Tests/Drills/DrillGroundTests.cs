using System.Net;
using System.Text;
using System.Text.Json;
using RollbackOps.Adapters.Drills;
using RollbackOps.Adapters.ReleaseDirectory;
using RollbackOps.Configuration;
using RollbackOps.Drills;

namespace RollbackOps.Adapters.Tests.Drills;

/// <summary>The ground of a drill: what its service does with each fault, whom it belongs to, and what it counts.</summary>
public sealed class DrillGroundTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();
    private readonly ScaledClock _clock = new(20);
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Ground_LaidOut_ServesTheGoodReleaseAndItsConfigurationIsValid()
    {
        await using var ground = await StartAsync(new DrillFault { IsDown = true });

        Assert.Equal(ground.GoodRelease, await HealthAsync(ground));
        var settings = RollbackConfiguration.Read(new ConfigurationRequest { StartFolder = _folder.Path, File = ground.ConfigurationFile }).Settings;
        DrillGuard.Check(settings, _folder.Path, "drill-1", ground.Addresses);
        await UntilAsync(() => Task.FromResult(ground.Look().Requests == 0 && File.ReadAllLines(ground.AccessLog).Length > 5));
    }

    [Fact]
    public async Task Release_ThatIsDown_AnswersNobodyAndKeepsItsPort()
    {
        await using var ground = await StartAsync(new DrillFault { IsDown = true });
        var deployed = await ground.DeployAsync(CancellationToken.None);

        await Assert.ThrowsAsync<HttpRequestException>(() => HealthAsync(ground));
        Assert.Equal(deployed, ground.ServedRelease);
        await UntilAsync(() => Task.FromResult(ground.Look() is { Bad: > 3, FirstGoodAfter: null }));
    }

    [Fact]
    public async Task Release_WithErrors_HasThemEvenlyAndInTheLog()
    {
        await using var ground = await StartAsync(new DrillFault { ErrorPercent = 25 });
        await ground.DeployAsync(CancellationToken.None);

        await UntilAsync(() => Task.FromResult(ground.Look().Requests >= 100));
        await ground.StopUsersAsync();

        var sight = ground.Look();
        Assert.InRange(sight.Bad, (sight.Requests / 4) - 3, (sight.Requests / 4) + 3);
        Assert.Equal(sight.Bad, File.ReadLines(ground.AccessLog).Count(line => JsonDocument.Parse(line).RootElement.GetProperty("status").GetInt32() == 500));
        Assert.NotNull(sight.BadSince(DateTimeOffset.MinValue));
        Assert.Null(sight.BadSince(DateTimeOffset.MaxValue));
    }

    [Fact]
    public async Task Release_ThatIsSlow_IsLateByTheScaledClockAndTheLogSaysSo()
    {
        await using var ground = await StartAsync(new DrillFault { SlowPercent = 50, SlowBy = TimeSpan.FromSeconds(3) });
        await ground.DeployAsync(CancellationToken.None);

        await UntilAsync(() => Task.FromResult(ground.Look().Bad >= 5));
        await ground.StopUsersAsync();

        var slow = File.ReadLines(ground.AccessLog).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("duration").GetDouble()).Where(took => took > 2000).ToList();
        Assert.NotEmpty(slow);
        Assert.All(slow, took => Assert.True(took >= 3000, $"{took} ms"));
    }

    [Fact]
    public async Task Release_ThatDamagesData_IsSeenByUsersAndByTheAudit()
    {
        await using var ground = await StartAsync(new DrillFault { DamagesData = true }, writePercent: 50);
        await ground.DeployAsync(CancellationToken.None);

        await UntilAsync(() => Task.FromResult(ground.Look().Bad >= 3));
        await ground.StopUsersAsync();

        var stock = ground.CountStock(kept: null);
        Assert.True(stock.Damaged > 50, $"{stock.Damaged}");
        Assert.Equal((0, 0), (stock.Lost, stock.Kept));
        Assert.True(stock.Writes > 200, $"{stock.Writes}");
    }

    [Fact]
    public async Task Stock_OfADatabaseThatLacksWrites_CountsThemAsKeptOrLost()
    {
        await using var ground = await StartAsync(new DrillFault { IsDown = true }, writePercent: 100);
        await UntilAsync(() => Task.FromResult(ground.CountStock(kept: null).Writes > 210));
        await ground.StopUsersAsync();
        var live = _folder["shared/app.db"];
        var kept = _folder["kept.db"];
        Execute(live, $"VACUUM INTO '{kept}'");
        Execute(live, "DELETE FROM messages WHERE token LIKE 'client%'");
        var whole = ground.CountStock(kept);
        Assert.Equal((whole.Writes - 200, 0), (whole.Kept, whole.Lost));

        Execute(kept, "DELETE FROM messages WHERE token = (SELECT token FROM messages WHERE token LIKE 'client%' LIMIT 1)");
        Assert.Equal((whole.Kept - 1, 1), (ground.CountStock(kept).Kept, ground.CountStock(kept).Lost));
        Assert.Equal(whole.Kept, ground.CountStock(kept: null).Lost);
    }

    [Fact]
    public async Task Folder_OfSomebodyElse_IsRefusedAndLeftAsItIs()
    {
        File.WriteAllText(_folder["precious.txt"], "mine");

        var refusal = await Assert.ThrowsAsync<RollbackOpsException>(() => StartAsync(new DrillFault { IsDown = true }));

        Assert.Equal(ErrorId.DrillRefused, refusal.Id);
        Assert.Equal(["precious.txt"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Folder_OfAnEarlierDrill_IsLaidOutAnew()
    {
        await using (var first = await StartAsync(new DrillFault { IsDown = true }))
        {
            await first.DeployAsync(CancellationToken.None);
        }

        File.WriteAllText(_folder["left.txt"], "left");
        await using var second = await StartAsync(new DrillFault { IsDown = true });

        Assert.False(File.Exists(_folder["left.txt"]));
        Assert.Equal(second.GoodRelease, await HealthAsync(second));
    }

    [Fact]
    public async Task Process_KilledAtItsRestart_IsDeadAndNothingWasRestarted()
    {
        await using var ground = await StartAsync(new DrillFault { IsDown = true });
        await ground.DeployAsync(CancellationToken.None);
        new CurrentLink(_folder.Path).Switch(ground.GoodRelease, "test");

        Assert.True(await ground.KillAtRestartAsync(
            new DrillHost("/bin/sh", ["-c"], "none"), $"/bin/sh '{_folder["service.sh"]}' restart; echo lived > '{_folder["lived"]}'", CancellationToken.None));

        Assert.Equal(ground.Deployed, ground.ServedRelease);
        Assert.False(File.Exists(_folder["lived"]));
    }

    [Fact]
    public async Task Process_ThatEndsByItself_IsToldWithWhatItSaid()
    {
        await using var ground = await StartAsync(new DrillFault { IsDown = true });

        var failure = await Assert.ThrowsAsync<RollbackOpsException>(() =>
            ground.KillAtRestartAsync(new DrillHost("/bin/sh", ["-c"], "none"), "echo no such command >&2; exit 3", CancellationToken.None));

        Assert.Contains("exit code 3", failure.Message, StringComparison.Ordinal);
        Assert.Contains("no such command", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restart_ByHalves_LeavesOneAddressWithTheFormerRelease()
    {
        await using var ground = await StartAsync(new DrillFault { ErrorPercent = 50 }, addresses: 2);
        ground.HalveNextRestart();
        var deployed = await ground.DeployAsync(CancellationToken.None);

        Assert.Equal((deployed, ground.GoodRelease), (await HealthAsync(ground), await HealthAsync(ground, address: 1)));
        Assert.Null(ground.ServedRelease);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 404")]
    [InlineData("POST /api/messages HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello", "HTTP/1.1 201")]
    [InlineData("nonsense\r\n\r\n", "")]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", "")]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "")]
    public async Task Server_AskedAnything_AnswersOrClosesAndLivesOn(string request, string answer)
    {
        await using var ground = await StartAsync(new DrillFault { IsDown = true });
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, ground.Addresses[0].Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        client.Client.Shutdown(System.Net.Sockets.SocketShutdown.Send);

        using var reader = new StreamReader(stream);
        var said = await reader.ReadToEndAsync();

        Assert.StartsWith(answer, said, StringComparison.Ordinal);
        Assert.Equal(answer.Length == 0, said.Length == 0);
        Assert.Equal(ground.GoodRelease, await HealthAsync(ground));
    }

    private async Task<DrillGround> StartAsync(DrillFault fault, double writePercent = 20, int addresses = 1)
    {
        var ground = new DrillGround(
            new DrillGroundRequest
            {
                Id = "drill-1",
                Folder = _folder.Path,
                TimeScale = _clock.Scale,
                Addresses = addresses,
                Scenario = new DrillScenario { Name = "Test", Fault = fault, Traffic = new DrillTraffic { RequestsPerMinute = 600, WritePercent = writePercent } },
            },
            _clock);
        try
        {
            await ground.StartAsync(CancellationToken.None);
            return ground;
        }
        catch
        {
            await ground.DisposeAsync();
            throw;
        }
    }

    private async Task<string?> HealthAsync(DrillGround ground, int address = 0)
    {
        var body = await _http.GetStringAsync(new Uri(ground.Addresses[address], "/health"));
        return JsonDocument.Parse(body).RootElement.GetProperty("release").GetString();
    }

    private static void Execute(string path, string text)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(s_patience);
        while (!await holds())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), patience.Token);
        }
    }
}
