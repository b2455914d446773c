using Serverless.Functions.Tests.Operations;

namespace Serverless.Functions.Tests.Crashes;

public sealed class OtherCrashTests(CrashTests.Processes processes) : CrashTests(processes)
{
    public static TheoryData<Operation> Operations => Those(operation => !IsOfProducts(operation));

    [Theory]
    [MemberData(nameof(Operations))]
    public Task Whatever_a_crash_leaves_of_anything_else_can_be_shown_done_again_and_deleted(Operation operation) => CrashAsync(operation);
}
