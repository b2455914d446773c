using System.Diagnostics;
using System.Globalization;

namespace Serverless.Benchmarks.Figures;

/// <summary>What this process has spent since it was made: the row of a table of figures.</summary>
internal sealed class Cost
{
    public const string Heading = "validations/s  p50 µs  p99 µs  CPU µs each  bytes each";

    private readonly TimeSpan _cpu = Process.GetCurrentProcess().TotalProcessorTime;
    private readonly long _allocated = GC.GetTotalAllocatedBytes();

    /// <summary>Processor time and memory over a number of validations, beside the times in microseconds that they took.</summary>
    public string Over(int validations, double seconds, double p50, double p99)
    {
        var cpu = Process.GetCurrentProcess().TotalProcessorTime - _cpu;
        var allocated = GC.GetTotalAllocatedBytes() - _allocated;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{validations / seconds,13:F0} {p50,7:F0} {p99,7:F0} {cpu.TotalMicroseconds / validations,12:F0} {allocated / validations,11}");
    }
}
