using RollbackOps.Bench;

// Ends with the process that started it: its standard input is that one's.
await using var standIn = await StandIn.StartAsync();
Console.WriteLine(standIn.Address);
await Console.In.ReadToEndAsync();
